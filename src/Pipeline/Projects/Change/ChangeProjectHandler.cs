using Alignment.Pipeline.Storage;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace Alignment.Pipeline.Projects.Change;

/// <summary>Answers true when something changed.</summary>
internal sealed class ChangeProjectHandler(Transactions transactions) : IRequestHandler<ChangeProject, bool>
{
    public Task<bool> Handle(ChangeProject request, CancellationToken cancellationToken) => transactions.RunAsync(
        async (db, token) =>
        {
            int id = (await ProjectNames.GetAsync(db, request.Name, token)).Id;
            Project project = await db.Projects.SingleAsync(row => row.Id == id, token);
            project.Overlap = request.Overlap ?? project.Overlap;
            project.Guidelines = Changed(project.Guidelines, request.Guidelines);
            project.ContentWarning = Changed(project.ContentWarning, request.ContentWarning);
            return db.ChangeTracker.HasChanges();
        },
        cancellationToken);

    private static string? Changed(string? now, string? wanted) => wanted is null ? now : string.IsNullOrWhiteSpace(wanted) ? null : wanted;
}
