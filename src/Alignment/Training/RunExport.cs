using Alignment.Adapters;
using Alignment.Models;
using Alignment.Shared.Runs;

using static TorchSharp.torch;

namespace Alignment.Training;

/// <summary>The result of a run: model/ as a complete Hugging Face folder, with adapters also adapter/ as a PEFT folder.</summary>
public static class RunExport
{
    /// <summary>Writes the result; with adapters what is written is the base with their products, the sums made in fp32.</summary>
    /// <param name="folder">the run</param>
    /// <param name="inputs">model, tokenizer, template</param>
    /// <param name="parameters">the trained weights, of which the fp32 masters are written</param>
    /// <param name="adapters">null where every weight was trained</param>
    /// <exception cref="Shared.UserError">the disk is full; nothing half-written stays</exception>
    public static void Write(RunFolder folder, RunInputs inputs, FlatParameters parameters, LoraAdapters? adapters)
    {
        if (adapters is not null)
        {
            PeftFolder.Save(adapters, folder.Adapter, inputs.Model.Path, parameters.MasterOf);
            FaultPoint.Reach(FaultPoint.Export);
        }

        Func<Weight, Tensor?> exact = adapters is null ? parameters.MasterOf : adapters.Merged;
        inputs.Model.Save(folder.Model, Dtype(inputs.Spec.SaveDtype), exact, replace: true);
        FaultPoint.Reach(FaultPoint.Export);
    }

    private static ScalarType Dtype(string name) => name switch
    {
        SaveDtypeNames.Fp32 => ScalarType.Float32,
        SaveDtypeNames.Fp16 => ScalarType.Float16,
        _ => ScalarType.BFloat16,
    };
}
