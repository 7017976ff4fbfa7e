// Build-time tool: copies assemblies and makes their internal types and members public, by patching the visibility flags
// in the metadata tables. The copies are compiled against only; at run time the stock assemblies are loaded.
// Arguments: pairs of source and target.
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

for (var i = 0; i + 1 < args.Length; i += 2)
{
    var image = File.ReadAllBytes(args[i]);
    Publicize(image);
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[i + 1]))!);
    File.WriteAllBytes(args[i + 1], image);
}

static void Publicize(byte[] image)
{
    using var reader = new PEReader(new MemoryStream((byte[])image.Clone()));
    var metadata = reader.GetMetadataReader();
    var start = reader.PEHeaders.MetadataStartOffset;

    // TypeDef rows begin with 4 bytes of flags.
    foreach (var handle in metadata.TypeDefinitions)
    {
        var attributes = metadata.GetTypeDefinition(handle).Attributes;
        var visibility = (attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.NotPublic => TypeAttributes.Public,
            TypeAttributes.NestedAssembly or TypeAttributes.NestedFamORAssem => TypeAttributes.NestedPublic,
            TypeAttributes.NestedFamANDAssem => TypeAttributes.NestedFamily,
            var other => other,
        };
        var flags = (int)((attributes & ~TypeAttributes.VisibilityMask) | visibility);
        BitConverter.TryWriteBytes(image.AsSpan(Row(TableIndex.TypeDef, MetadataTokens.GetRowNumber(handle))), flags);
    }

    // MethodDef rows have 2 bytes of flags behind the address and the implementation flags.
    foreach (var handle in metadata.MethodDefinitions)
    {
        var attributes = metadata.GetMethodDefinition(handle).Attributes;
        var access = (attributes & MethodAttributes.MemberAccessMask) switch
        {
            MethodAttributes.Assembly or MethodAttributes.FamORAssem => MethodAttributes.Public,
            MethodAttributes.FamANDAssem => MethodAttributes.Family,
            var other => other,
        };
        var flags = (short)((attributes & ~MethodAttributes.MemberAccessMask) | access);
        var row = Row(TableIndex.MethodDef, MetadataTokens.GetRowNumber(handle));
        BitConverter.TryWriteBytes(image.AsSpan(row + 6), flags);
    }

    // Field rows begin with 2 bytes of flags.
    foreach (var handle in metadata.FieldDefinitions)
    {
        var attributes = metadata.GetFieldDefinition(handle).Attributes;
        var access = (attributes & FieldAttributes.FieldAccessMask) switch
        {
            FieldAttributes.Assembly or FieldAttributes.FamORAssem => FieldAttributes.Public,
            FieldAttributes.FamANDAssem => FieldAttributes.Family,
            var other => other,
        };
        var flags = (short)((attributes & ~FieldAttributes.FieldAccessMask) | access);
        BitConverter.TryWriteBytes(image.AsSpan(Row(TableIndex.Field, MetadataTokens.GetRowNumber(handle))), flags);
    }

    int Row(TableIndex table, int number) =>
        start + metadata.GetTableMetadataOffset(table) + (number - 1) * metadata.GetTableRowSize(table);
}
