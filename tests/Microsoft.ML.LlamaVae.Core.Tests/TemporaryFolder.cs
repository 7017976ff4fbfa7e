namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>An empty folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("llamavae-").FullName;

    /// <summary>The path of a name in it.</summary>
    public string this[string name] => Path.Combine(FullName, name);

    /// <summary>Copies the files of another folder, without the folders in it.</summary>
    public TemporaryFolder With(string folder, string part = "")
    {
        Directory.CreateDirectory(this[part]);
        foreach (var file in Directory.GetFiles(folder))
        {
            File.Copy(file, Path.Combine(this[part], Path.GetFileName(file)), overwrite: true);
        }

        return this;
    }

    /// <summary>Writes a text file.</summary>
    public TemporaryFolder With(string name, Func<string> content)
    {
        File.WriteAllText(this[name], content());
        return this;
    }

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
