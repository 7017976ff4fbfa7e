using System.Text.Json;
using System.Text.Json.Serialization;
using Samples;

namespace PaperTables;

/// <summary>Finished runs in a folder, a file each. The fingerprint is in its name: other settings are other files, and none is mistaken for another.</summary>
internal sealed class RunStore(string folder)
{
    private const int Digits = 16;
    private static readonly JsonSerializerOptions s_options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    /// <summary>The run, if it is finished.</summary>
    /// <exception cref="InvalidDataException">Its file is broken.</exception>
    public FinishedRun? Find(Job job)
    {
        var path = PathOf(job);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<FinishedRun>(File.ReadAllBytes(path), s_options);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no finished run: {error.Message} Delete the file.", error);
        }
    }

    public void Keep(Job job, FinishedRun run) =>
        WholeFile.Write(
            PathOf(job),
            path => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(run, s_options))
        );

    private string PathOf(Job job)
    {
        var name = $"{job.Corpus} {job.Model} {job.Seed} {job.Fingerprint[..Digits]}".ToLowerInvariant();
        return Path.Combine(folder, string.Concat(name.Select(c => char.IsLetterOrDigit(c) ? c : '-')) + ".json");
    }
}
