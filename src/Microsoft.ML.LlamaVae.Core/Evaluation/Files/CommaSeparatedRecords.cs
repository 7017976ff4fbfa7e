using System.Text;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>
/// The records of comma-separated lines (RFC 4180): a field in quotation marks may hold commas, doubled quotation marks and
/// line breaks, which become "\n". Inside a field without them a quotation mark is text. Blank lines between records are left out.
/// </summary>
/// <remarks>The framework's TextFieldParser drops blank lines inside of a quoted field and doesn't say where a record began.</remarks>
internal sealed class CommaSeparatedRecords(string path, IReadOnlyList<string> lines)
{
    private int _line;
    private int _at;

    private string Line => lines[_line];

    public IEnumerable<DelimitedLine> Read()
    {
        for (_line = 0; _line < lines.Count; _line++)
        {
            if (!string.IsNullOrWhiteSpace(Line))
            {
                var number = _line + 1;
                yield return new DelimitedLine(number, Record());
            }
        }
    }

    private string[] Record()
    {
        _at = 0;
        var fields = new List<string> { Field() };
        while (_at < Line.Length)
        {
            _at++; // the comma
            fields.Add(Field());
        }

        return [.. fields];
    }

    private string Field()
    {
        if (_at < Line.Length && Line[_at] == '"')
        {
            return Quoted();
        }

        var (start, comma) = (_at, Line.IndexOf(',', _at));
        _at = comma < 0 ? Line.Length : comma;
        return Line[start.._at];
    }

    private string Quoted()
    {
        var opened = _line;
        var text = new StringBuilder();
        for (_at++; ; )
        {
            var mark = Line.IndexOf('"', _at);
            if (mark < 0)
            {
                text.Append(Line, _at, Line.Length - _at).Append('\n');
                (_line, _at) = (_line + 1, 0);
                if (_line == lines.Count)
                {
                    throw Error(opened, "a quotation mark opens a field and none closes it");
                }

                continue;
            }

            text.Append(Line, _at, mark - _at);
            _at = mark + 1;
            if (_at == Line.Length || Line[_at] == ',')
            {
                return text.ToString();
            }

            if (Line[_at++] != '"')
            {
                throw Error(
                    _line,
                    $"'{Line[_at - 1]}' follows a closing quotation mark; expected a comma or the end of the line"
                );
            }

            text.Append('"');
        }
    }

    private InvalidDataException Error(int line, string what) =>
        new($"{path}, line {line + 1}: {what}. Double each quotation mark that is text.");
}
