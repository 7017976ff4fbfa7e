using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>A column that a component reads, and the type it must have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expected">The type, as an error names it.</param>
/// <param name="Kind">Scalar or vector; a vector's size is known.</param>
/// <param name="ItemType">Type of a value.</param>
/// <param name="Size">The size of the vector; null where any known size will do.</param>
internal sealed record RequiredColumn(
    string Name,
    string Expected,
    SchemaShape.Column.VectorKind Kind,
    DataViewType ItemType,
    int? Size = null
)
{
    /// <summary>A text column.</summary>
    public static RequiredColumn Text(string name) =>
        new(name, "String", SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance);

    /// <summary>A vector of Single of a known size.</summary>
    public static RequiredColumn Vector(string name, int? size = null) =>
        new(
            name,
            size is null ? "Vector of Single of known size" : $"Vector<Single, {size}>",
            SchemaShape.Column.VectorKind.Vector,
            NumberDataViewType.Single,
            size
        );

    /// <summary>A vector of any numbers; they are converted to Single.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Its size; null where any known size will do.</param>
    public static RequiredColumn Numbers(string name, int? size = null) =>
        Vector(name, size) with
        {
            Expected = size is null ? "Vector of numbers of known size" : $"vector of {size} numbers",
            IsAnyNumber = true,
        };

    /// <summary>A condition, a word embedding for example: any numbers, and a vector of zeros stands for an unknown word.</summary>
    public static RequiredColumn Condition(string name, int size) =>
        Numbers(name, size) with
        {
            SizeRemedy =
                $"Condition column '{name}' has {{0}} slots; this model was fitted on {size}. Use the embeddings that it was fitted on.",
            IsZeroMissing = true,
        };

    /// <summary>Latents of the size that a decoder was trained with.</summary>
    public static RequiredColumn Latent(string name, int size, int samplesPerRow) =>
        Vector(name, size * samplesPerRow) with
        {
            SizeRemedy =
                samplesPerRow == 1
                    ? $"Latent column '{name}' has {{0}} slots; this model decodes {size}. Fit the decoder with the latents' size, or decode with the model that made them."
                    : $"Latent column '{name}' has {{0}} slots; this model decodes {samplesPerRow} samples of {size} in each row. Give the number of samples that the column has.",
        };

    /// <summary>Whether other numbers than <see cref="ItemType"/> will do.</summary>
    public bool IsAnyNumber { get; init; }

    /// <summary>Whether a vector of zeros stands for a value that isn't known.</summary>
    public bool IsZeroMissing { get; init; }

    /// <summary>What is said where everything but the size fits; {0} stands for the size that is there.</summary>
    public string? SizeRemedy { get; init; }

    /// <summary>Whether a column of data has the type.</summary>
    public bool Accepts(DataViewType type) =>
        Kind == SchemaShape.Column.VectorKind.Scalar
            ? type.Equals(ItemType)
            : type is VectorDataViewType { IsKnownSize: true } vector
                && AcceptsItem(vector.ItemType)
                && (Size is null || vector.Size == Size);

    /// <summary>Whether a promised column has the type; the size isn't known yet.</summary>
    public bool Accepts(SchemaShape.Column column) =>
        column.Kind == Kind && !column.IsKey && AcceptsItem(column.ItemType);

    private bool AcceptsItem(DataViewType type) => IsAnyNumber ? type is NumberDataViewType : type.Equals(ItemType);
}
