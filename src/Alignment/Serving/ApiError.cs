using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

namespace Alignment.Serving;

/// <summary>A request that is refused, with its HTTP status, in the form of OpenAI's errors.</summary>
/// <param name="status">HTTP status</param>
/// <param name="code">what programs tell errors apart by</param>
/// <param name="message">what, where, how to mend it</param>
/// <param name="parameter">the field that is wrong, such as <c>messages[1].content</c>; null where none is</param>
internal sealed class ApiError(int status, string code, string message, string? parameter = null) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status => status;

    /// <summary>After how many seconds the request may be repeated; null where repeating is no use.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The body of the response.</summary>
    public JsonObject Body => new()
    {
        ["error"] = new JsonObject { ["message"] = Message, ["type"] = Kind, ["param"] = parameter, ["code"] = code },
    };

    private string Kind => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= StatusCodes.Status500InternalServerError => "server_error",
        _ => "invalid_request_error",
    };

    /// <summary>A field that is wrong.</summary>
    public static ApiError Invalid(string? parameter, string code, string message) => new(StatusCodes.Status400BadRequest, code, message, parameter);

    /// <summary>A field of another type than it must have.</summary>
    public static ApiError WrongType(string parameter, string wanted) => Invalid(parameter, "invalid_type", $"'{parameter}' must be {wanted}.");
}
