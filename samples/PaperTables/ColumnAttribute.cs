namespace PaperTables;

/// <summary>The heading of a figure and how its numbers are written.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ColumnAttribute(string heading, string format = "F3") : Attribute
{
    public string Heading { get; } = heading;

    public string Format { get; } = format;
}
