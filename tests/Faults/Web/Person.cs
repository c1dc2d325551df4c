using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Alignment.Faults.Tests;

/// <summary>Somebody who judges through the routes of the label pages, and sends a press again until it is acknowledged.</summary>
internal sealed partial class Person(Uri address, Presses presses)
{
    private const string Password = "correct horse battery";
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
    private string _token = "";

    /// <summary>Joins by a link.</summary>
    public async Task JoinAsync(string link, string name)
    {
        _token = Token(await _http.GetStringAsync(new Uri($"join/{link}", UriKind.Relative)));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "join",
            ["__RequestVerificationToken"] = _token,
            ["Form.Name"] = name,
            ["Form.Password"] = Password,
            ["Form.Again"] = Password,
        });
        using HttpResponseMessage answer = await _http.PostAsync(new Uri($"join/{link}", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        _token = Token(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Judges until stopped.</summary>
    public async Task JudgeAsync(string project, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            JsonElement next = await UntilAnsweredAsync(() => _http.GetAsync(new Uri($"api/label/{project}/next?kind=pair&count=4", UriKind.Relative)));
            foreach (JsonElement item in next.GetProperty("items").EnumerateArray())
            {
                string key = Guid.NewGuid().ToString("N");
                var press = new { token = item.GetProperty("token").GetString(), key, verdict = "2", activeMilliseconds = 100 };
                await UntilAnsweredAsync(() => PostAsync("api/label/judgments", press));
                presses.Acknowledge(key);
            }
        }
    }

    private Task<HttpResponseMessage> PostAsync<T>(string route, T value)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = JsonContent.Create(value) };
        request.Headers.Add("RequestVerificationToken", _token);
        return _http.SendAsync(request);
    }

    // The server may be gone in the middle: the same request is sent again until there is an answer.
    private static async Task<JsonElement> UntilAnsweredAsync(Func<Task<HttpResponseMessage>> send)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using HttpResponseMessage answer = await send();
                string text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {text}");
                return JsonSerializer.Deserialize<JsonElement>(text);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException && attempt < 600)
            {
                await Task.Delay(100);
            }
        }
    }

    private static string Token(string html) => WebUtility.HtmlDecode(MetaToken().Match(html).Groups[1].Value);

    [GeneratedRegex("""<meta name="antiforgery" content="([^"]+)""")]
    private static partial Regex MetaToken();
}
