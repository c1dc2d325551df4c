var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
WebApplication app = builder.Build();
app.MapGet("/", () => Results.Content(
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Alignment</title><h1>Alignment</h1><p>The labeling pages are being built.</p></html>",
    "text/html; charset=utf-8"));
await app.RunAsync().ConfigureAwait(false);

/// <summary>The entry point, public so that tests can host it.</summary>
public partial class Program;
