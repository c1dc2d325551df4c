using MediatR;

namespace Alignment.Pipeline.Runs.Models;

internal sealed class ListModelsHandler(ModelShelf shelf) : IRequestHandler<ListModels, IReadOnlyList<ModelSummary>>
{
    public Task<IReadOnlyList<ModelSummary>> Handle(ListModels request, CancellationToken cancellationToken) => Task.FromResult(shelf.List());
}

internal sealed class ShowModelHandler(ModelShelf shelf) : IRequestHandler<ShowModel, ModelDetails>
{
    public Task<ModelDetails> Handle(ShowModel request, CancellationToken cancellationToken) => Task.FromResult(shelf.Show(request.Name));
}
