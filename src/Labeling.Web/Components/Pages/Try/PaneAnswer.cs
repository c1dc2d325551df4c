using System.Diagnostics;
using System.Globalization;
using System.Text;
using Alignment.Pipeline.Serving;
using Alignment.Pipeline.Serving.Ask;

namespace Alignment.Labeling.Web.Components.Pages.Try;

/// <summary>One model's answer while it comes.</summary>
/// <param name="model">The model.</param>
public sealed class PaneAnswer(string model)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(60);
    private readonly StringBuilder _text = new();
    private AnswerPhase _phase = AnswerPhase.Starting;
    private TimeSpan _writing;
    private int _tokens;
    private bool _stopped;

    /// <summary>The model.</summary>
    public string Model => model;

    /// <summary>What it said so far.</summary>
    public string Text => _text.ToString();

    /// <summary>Why there is no answer; null while all is well.</summary>
    public Exception? Error { get; private set; }

    /// <summary>True while more may come.</summary>
    public bool IsComing => Error is null && !_stopped && !IsWhole;

    /// <summary>True when the model ended it, or it was cut at the most tokens.</summary>
    public bool IsWhole => _phase is AnswerPhase.Finished or AnswerPhase.Cut;

    /// <summary>Where it stands, in words.</summary>
    public string State => _stopped ? "Stopped." : Error is not null ? "No answer." : _phase switch
    {
        AnswerPhase.Starting => "Starting the model...",
        AnswerPhase.Reading => "Reading the prompt...",
        AnswerPhase.Writing => "Writing...",
        AnswerPhase.Cut => "Finished: cut at the most tokens.",
        _ => "Finished: the model ended its answer.",
    };

    /// <summary>Tokens, and tokens per second; empty before the first.</summary>
    public string Figures => _tokens == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture, $"{_tokens} tokens{(_writing > TimeSpan.Zero ? $", {_tokens / _writing.TotalSeconds:0.0} per second" : "")}");

    /// <summary>Reads the answer to its end; the reading ends quietly when it is stopped.</summary>
    /// <param name="messages">Sends the question.</param>
    /// <param name="question">The question.</param>
    /// <param name="changed">Told often enough to draw it.</param>
    /// <param name="stop">Stops it.</param>
    public async Task ReadAsync(Messages messages, AskModel question, Action changed, CancellationToken stop)
    {
        try
        {
            long began = 0, drawn = 0;
            await foreach (AnswerPiece piece in (await messages.SendAsync(question, stop)).WithCancellation(stop))
            {
                bool turned = piece.Phase != _phase;
                _phase = piece.Phase;
                if (piece.Phase == AnswerPhase.Writing)
                {
                    began = began == 0 ? Stopwatch.GetTimestamp() : began;
                    _text.Append(piece.Text);
                    _tokens++;
                }

                _tokens = piece.Tokens ?? _tokens;
                _writing = began == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(began);
                if (turned || Stopwatch.GetElapsedTime(drawn) > Redraw)
                {
                    drawn = Stopwatch.GetTimestamp();
                    changed();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _stopped = true;
        }
        catch (Exception e)
        {
            Error = e;
        }

        changed();
    }
}
