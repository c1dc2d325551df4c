using Alignment.Pipeline.Serving;
using Alignment.Shared;

namespace Alignment.Labeling.Web.Start;

/// <summary>What the command line says about the app.</summary>
public sealed record WebOptions
{
    /// <summary>The port without <c>--port</c>.</summary>
    public const int UsualPort = 5080;

    /// <summary>The limit of an uploaded file without <c>--max-upload</c>, in MiB.</summary>
    public const int UsualMaxUpload = 2048;

    /// <summary>Where everything is kept.</summary>
    public required DataFolder Folder { get; init; }

    /// <summary>The name or address to listen on.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; } = UsualPort;

    /// <summary>The path below which a reverse proxy shows the app, such as <c>/label</c>; empty for the root.</summary>
    public string PathBase { get; init; } = "";

    /// <summary>Prints a sign-in link for a new admin although there is one.</summary>
    public bool NewAdminLink { get; init; }

    /// <summary>Leaves out the sample project.</summary>
    public bool NoSample { get; init; }

    /// <summary>The largest file that the import page takes, in MiB.</summary>
    public int MaxUpload { get; init; } = UsualMaxUpload;

    /// <summary>The same in bytes.</summary>
    public long MaxUploadBytes => (long)MaxUpload << 20;

    /// <summary>How many models are held ready for the Try page, and for how long.</summary>
    public ServePoolOptions Serving { get; init; } = new();

    /// <summary>True when only programs of this machine reach it.</summary>
    public bool IsLoopback => Host is "localhost" or "127.0.0.1" or "::1" or "[::1]";
}
