// Evaluates a saved pipeline on a file in its published format:
// dotnet run -c Release --project samples/Evaluate -- TASK FILE --model MODEL.zip [--json OUT] [--html OUT]
using System.CommandLine;
using System.Text.Json;
using Evaluate;
using Microsoft.ML.LlamaVae.Evaluation;
using Samples;

var task = new Argument<string>("task") { Description = $"One of {string.Join(", ", Tasks.ByName.Keys)}." };
task.AcceptOnlyFromAmong([.. Tasks.ByName.Keys]);
var file = new Argument<FileInfo>("file")
{
    Description =
        "reconstruction: a text on each line, WikiText, WorldTree or a dictionary. similarity: STS-B, SICK, or TEXT<tab>TEXT<tab>SCORE. probing: SentEval's "
        + "SPLIT<tab>LABEL<tab>SENTENCE. definitions: WORD<tab>DEFINITION, or a table with such columns, also CSV. geometry: LABEL<tab>TEXT. Also .gz. probing also takes a folder "
        + "with SentEval's ten files.",
};
var model = new Option<FileInfo>("--model")
{
    Description = "The pipeline that MLContext.Model.Save wrote.",
    Required = true,
};
var json = new Option<FileInfo?>("--json") { Description = "Writes the figures here." };
var html = new Option<FileInfo?>("--html") { Description = "Writes a page with figures, tables and pictures here." };
var pictures = new Option<DirectoryInfo?>("--pictures")
{
    Description = "Writes the page's pictures as PNG into this folder.",
};
var text = new Option<string?>("--text-column") { Description = "The text's column, for a file with a header." };
var label = new Option<string?>("--label-column") { Description = "The label's column, for a file with a header." };
var factors = new Option<string[]>("--factor-columns")
{
    Description = "Columns of generative factors, for the disentanglement scores of geometry.",
    AllowMultipleArgumentsPerToken = true,
};
var columns = new Option<string[]?>("--pair-columns")
{
    Description = "First text, second text and score of a pair file with a header: three names.",
    Arity = new ArgumentArity(3, 3),
    AllowMultipleArgumentsPerToken = true,
};
var vectors = new Option<FileInfo?>("--vectors")
{
    Description = "Word vectors (GloVe, word2vec text, or wv8) for baselines and for the distance of texts.",
};
var split = new Option<string?>("--split")
{
    Description = "similarity: the pairs of SICK to score, TRAIN, TRIAL or TEST; all without it.",
};
var encoder = new Option<FileInfo?>("--encoder")
{
    Description = "definitions: a pipeline with the encoder that the flow was fitted with, where the model has none.",
};
var languageModel = new Option<FileInfo?>("--language-model")
{
    Description =
        "reconstruction, geometry: a language model without a latent, as LlamaVaeModel.Save or a pipeline; scored at z = 0. "
        + "With --train-language-model it is written here.",
};
var languageModelTexts = new Option<FileInfo?>("--train-language-model")
{
    Description =
        "reconstruction, geometry: trains a copy of the model's decoder on the texts of this file, its latent always 0.",
};
var languageModelEpochs = new Option<int>("--language-model-epochs")
{
    Description = "Passes of --train-language-model.",
    DefaultValueFactory = _ => 3,
};
var seed = new Option<int>("--seed") { Description = "Seeds every draw.", DefaultValueFactory = _ => 1 };

var root = new RootCommand("Evaluates a saved pipeline.")
{
    task,
    file,
    model,
    json,
    html,
    pictures,
    text,
    label,
    factors,
    columns,
    vectors,
    split,
    encoder,
    languageModel,
    languageModelTexts,
    languageModelEpochs,
    seed,
};
root.SetAction(line =>
{
    TorchSharp.torch.set_num_threads(1); // small models gain nothing from more
    try
    {
        var settings = new Settings
        {
            Model = line.GetValue(model)!,
            TextColumn = line.GetValue(text),
            LabelColumn = line.GetValue(label),
            FactorColumns = line.GetValue(factors) ?? [],
            PairColumns = line.GetValue(columns) is [var first, var second, var score]
                ? new TextPairColumns(first, second, score)
                : null,
            Split = line.GetValue(split),
            Encoder = line.GetValue(encoder),
            LanguageModel = line.GetValue(languageModel),
            LanguageModelTexts = line.GetValue(languageModelTexts),
            LanguageModelEpochs = line.GetValue(languageModelEpochs),
            Seed = line.GetValue(seed),
        };
        settings.Check(line.GetValue(task)!, line.GetValue(file)!);
        settings = settings with { Vectors = Settings.ReadVectors(line.GetValue(vectors)) };
        using var pipeline = SavedPipeline.Load(settings.Model, settings.Seed);
        var page = new HtmlReport($"{line.GetValue(task)}: {line.GetValue(file)!.Name}");
        var tables = Tasks
            .ByName[line.GetValue(task)!](pipeline, line.GetValue(file)!, settings, page)
            .Select(report => report.ToTable())
            .ToArray();
        foreach (var table in tables)
        {
            Console.WriteLine(table);
            page.Table(table);
        }

        if (line.GetValue(json) is { } figures)
        {
            WholeFile.Write(figures.FullName, path => File.WriteAllBytes(path, Json(tables)));
        }

        if (line.GetValue(html) is { } site)
        {
            WholeFile.Write(site.FullName, page.Save);
        }

        if (line.GetValue(pictures) is { } folder)
        {
            page.SavePictures(folder.FullName);
        }

        return 0;
    }
    catch (Exception e)
        when (e
                is IOException
                    or UnauthorizedAccessException
                    or InvalidDataException
                    or ArgumentException
                    or InvalidOperationException
        )
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
});
return root.Parse(args).Invoke();

static byte[] Json(IReadOnlyList<ReportTable> tables)
{
    using var stream = new MemoryStream();
    using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
    {
        writer.WriteStartArray();
        foreach (var table in tables)
        {
            table.WriteJson(writer);
        }

        writer.WriteEndArray();
    }

    return stream.ToArray();
}
