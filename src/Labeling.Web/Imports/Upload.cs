using Alignment.Shared;

namespace Alignment.Labeling.Web.Imports;

/// <summary>A file that somebody sent, as it lies on disk until it is imported or left.</summary>
/// <param name="Id">32 random hexadecimal digits.</param>
/// <param name="Owner">The id of the person who sent it.</param>
/// <param name="FileName">Its name on the sender's machine, without folders.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="At">When it came (UTC).</param>
public sealed record Upload(string Id, string Owner, string FileName, string Path, long Bytes, DateTime At);

/// <summary>A file is larger than the app takes.</summary>
public sealed class UploadTooLarge(string fileName, UploadLimit limit) : UserError(FormattableString.Invariant(
    $"{fileName} is larger than {limit.Bytes >> 20:N0} MiB, the most that this page takes: start the app with a higher --max-upload, or use 'pipeline import' on its machine"));
