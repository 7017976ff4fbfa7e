using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Who may know whom: CONTRIBUTING.md draws the house, these rules keep it.</summary>
public sealed class ArchitectureTests
{
    private static readonly Architecture s_architecture = new ArchLoader()
        .LoadAssemblies(typeof(LlamaVaeModel).Assembly, typeof(LlamaVaeTransformer).Assembly)
        .Build();

    [Fact]
    public void Core_KnowsNoMLNet()
    {
        var references = typeof(LlamaVaeModel).Assembly.GetReferencedAssemblies().Select(name => name.Name);

        Assert.DoesNotContain(
            references,
            name => name is "Microsoft.ML.Core" or "Microsoft.ML.Data" or "Microsoft.ML.DataView"
        );
    }

    [Theory]
    [InlineData("Encoder", "Bottleneck", "Decoder", "Flow", "Generation", "Training", "Evaluation")]
    [InlineData("Bottleneck", "Encoder", "Decoder", "Flow", "Generation", "Training", "Evaluation")]
    [InlineData("Decoder", "Encoder", "Bottleneck", "Flow", "Generation", "Training", "Evaluation")]
    [InlineData("Flow", "Encoder", "Bottleneck", "Decoder", "Generation", "Training", "Evaluation")]
    [InlineData("Generation", "Encoder", "Bottleneck", "Decoder", "Flow", "Training", "Evaluation")]
    [InlineData("Objective", "Encoder", "Decoder", "Generation", "Training", "Evaluation")]
    [InlineData("Evaluation", "Encoder", "Decoder", "Flow", "Objective", "Training")]
    [InlineData("Tokenization", "Encoder", "Bottleneck", "Decoder", "Flow", "Generation", "Training", "Evaluation")]
    [InlineData("Kernels", "Layers", "Native", "Encoder", "Bottleneck", "Decoder", "Flow", "Generation", "Training")]
    [InlineData("Layers", "Encoder", "Bottleneck", "Decoder", "Flow", "Generation", "Training", "Evaluation")]
    public void AFolderOfCore_DoesNotKnow(string folder, params string[] strangers)
    {
        foreach (var stranger in strangers)
        {
            Types()
                .That()
                .ResideInNamespaceMatching(Folder(folder))
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(Folder(stranger))
                .Check(s_architecture);
        }
    }

    [Fact]
    public void TheRules_SeeADependencyWhereThereIsOne() =>
        Assert.Throws<FailedArchRuleException>(() =>
            Types()
                .That()
                .ResideInNamespaceMatching(Folder("Training"))
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(Folder("Objective"))
                .Check(s_architecture)
        );

    private static string Folder(string name) => $@"^Microsoft\.ML\.LlamaVae\.{name}(\..*)?$";
}
