using Alignment.Pipeline.Projects;
using Alignment.Shared.Snapshots;
using FluentValidation;

namespace Alignment.Pipeline.Datasets.Freeze;

/// <summary>What a freeze needs before the first item.</summary>
internal sealed class FreezeDatasetValidator : AbstractValidator<FreezeDataset>
{
    public FreezeDatasetValidator()
    {
        RuleFor(message => message.Project).ProjectName();
        RuleFor(message => message.Kind).IsInEnum().WithMessage($"--kind is one of {SnapshotKinds.All}");
        RuleFor(message => message.TestShare).Must(share => share is >= 0 and < 1).WithMessage("--test-share is a number from 0 and below 1");
        RuleFor(message => message.FromPairs).Must((message, set) => !set || message.Kind == SnapshotKind.Unpaired)
            .WithMessage("--from-pairs makes single answers of pairs: it needs --kind unpaired");
        RuleFor(message => message.BothBadAsNegatives).Must((message, set) => !set || message.Kind == SnapshotKind.Unpaired)
            .WithMessage("--both-bad-as-negatives makes single answers of pairs: it needs --kind unpaired");
    }
}
