namespace Samples;

/// <summary>The checkout that this sample was built in.</summary>
internal static class Repository
{
    /// <summary>The folder above the program that holds the solution.</summary>
    public static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.LlamaVae.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds Microsoft.ML.LlamaVae.sln. Run the sample from a checkout: dotnet run --project samples/NAME."
        );
    }
}
