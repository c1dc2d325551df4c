using FluentValidation;

namespace Alignment.Pipeline.Runs.Start;

internal sealed class StartRunValidator : AbstractValidator<StartRun>
{
    private const int LongestYaml = 1 << 20;

    public StartRunValidator()
    {
        RuleFor(message => message.Yaml).NotEmpty().WithMessage("the run.yaml is empty").MaximumLength(LongestYaml).WithMessage("a run.yaml has at most a million characters");
        RuleFor(message => message.AskedBy).NotEmpty().WithMessage("a run belongs to whoever asks for it: sign in first");
    }
}
