using System.Security.Claims;
using Alignment.Labeling.Web.Imports;
using Alignment.Labeling.Web.Security;
using Alignment.Pipeline.Items.Import;
using Microsoft.AspNetCore.Http.Features;

namespace Alignment.Labeling.Web.Api;

/// <summary>Takes the import page's files, and gives out the rows that could not be imported.</summary>
internal static class ImportApi
{
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/uploads", SaveAsync).AddEndpointFilter<AntiforgeryHeader>().RequireAuthorization(Policies.Engineer);
        routes.MapGet("/api/imports/{id}/bad-rows", BadRows).RequireAuthorization(Policies.Engineer);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, string name, Uploads uploads)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null; // the page's own limit holds instead, with an error that says how to raise it
        }

        try
        {
            Upload upload = await uploads.SaveAsync(Person(context), name, context.Request.Body, context.Request.ContentLength, context.RequestAborted);
            return Results.Json(new { id = upload.Id });
        }
        catch (UploadTooLarge e)
        {
            return Results.Json(new { error = e.Message }, statusCode: StatusCodes.Status413PayloadTooLarge);
        }
    }

    private static IResult BadRows(HttpContext context, string id, ImportJobs jobs, string format = "jsonl")
    {
        if (jobs.Find(id, Person(context)) is not { HasBadRows: true } job)
        {
            return Results.Json(new { error = "there are no bad rows of this import any more: import the file again" }, statusCode: StatusCodes.Status404NotFound);
        }

        string name = $"{Path.GetFileNameWithoutExtension(job.FileName)}.bad-rows.{format}";
        return format switch
        {
            "jsonl" => Results.File(job.BadRowsPath, "application/jsonl", name),
            "csv" => Results.Stream(target => WriteCsvAsync(job.BadRowsPath, target, context.RequestAborted), "text/csv", name),
            _ => Results.Json(new { error = $"there is no format '{format}': jsonl or csv" }, statusCode: StatusCodes.Status400BadRequest),
        };
    }

    private static async Task WriteCsvAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(target, leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(BadRowLine.CsvHeader);
        await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
        {
            await writer.WriteLineAsync(BadRowLine.Csv(BadRowLine.Read(line)));
        }
    }

    private static string Person(HttpContext context) => context.User.FindFirstValue(ClaimTypes.NameIdentifier)!;
}
