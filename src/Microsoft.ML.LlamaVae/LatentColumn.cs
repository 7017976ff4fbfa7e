using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae;

/// <summary>A vector column with a slot for each latent dimension.</summary>
internal static class LatentColumn
{
    private const string SlotNames = "SlotNames";

    /// <summary>A column of Vector&lt;Single, size&gt; whose slots are named prefix0, prefix1, ….</summary>
    public static DataViewSchema.DetachedColumn Of(string name, int size, string prefix)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(
            SlotNames,
            new VectorDataViewType(TextDataViewType.Instance, size),
            (ref VBuffer<ReadOnlyMemory<char>> value) =>
            {
                var editor = VBufferEditor.Create(ref value, size);
                for (var i = 0; i < size; i++)
                {
                    editor.Values[i] = $"{prefix}{i}".AsMemory();
                }

                value = editor.Commit();
            }
        );
        return new(name, new VectorDataViewType(NumberDataViewType.Single, size), annotations.ToAnnotations());
    }
}
