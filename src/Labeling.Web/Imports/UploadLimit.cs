namespace Alignment.Labeling.Web.Imports;

/// <summary>How large a file may be that the import page takes.</summary>
/// <param name="Bytes">The limit.</param>
public sealed record UploadLimit(long Bytes);
