using System.Net;
using System.Text;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Samples;

/// <summary>One HTML page that needs no other file and no network: text, tables, and pictures inside it.</summary>
internal sealed class HtmlReport(string title)
{
    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 1em}"
        + "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.25em .6em;text-align:right}"
        + "td:first-child,th:first-child{text-align:left}code{background:#f3f3f3;padding:.1em .3em}img{max-width:100%}";

    private readonly StringBuilder _body = new();
    private readonly List<(string Heading, byte[] Png)> _pictures = [];

    public HtmlReport Text(string text) => Add($"<p>{Encode(text)}</p>");

    public HtmlReport Code(string text) => Add($"<p><code>{Encode(text)}</code></p>");

    /// <summary>A table; the first column names the rows.</summary>
    public HtmlReport Table(string heading, IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        Add($"<h2>{Encode(heading)}</h2><table>{Row("th", header)}");
        foreach (var row in rows)
        {
            Add(Row("td", row));
        }

        return Add("</table>");
    }

    /// <summary>The figures of an evaluation.</summary>
    public HtmlReport Table(ReportTable table) =>
        Table(
            table.Title,
            ["", .. table.Columns],
            table.Rows.Select(row => (string[])[row.Name, .. row.Values.Select(ReportTable.Format)])
        );

    /// <summary>A PNG.</summary>
    public HtmlReport Picture(string heading, byte[] png)
    {
        _pictures.Add((heading, png));
        return Add(
            $"<h2>{Encode(heading)}</h2><img alt=\"{Encode(heading)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">"
        );
    }

    /// <summary>A PNG that <see cref="SavePictures"/> writes, of something that the page shows as text.</summary>
    public void OtherPicture(string heading, byte[] png) => _pictures.Add((heading, png));

    /// <summary>Writes each picture to a file of its own.</summary>
    public void SavePictures(string folder)
    {
        foreach (var (heading, png) in _pictures)
        {
            var name = $"{heading.ToLowerInvariant().Replace(' ', '-')}.png";
            WholeFile.Write(Path.Combine(folder, name), path => File.WriteAllBytes(path, png));
        }
    }

    public void Save(string path)
    {
        var page =
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{Encode(title)}</title><style>{Style}</style>"
            + $"<h1>{Encode(title)}</h1>{_body}</html>\n";
        File.WriteAllText(path, page);
    }

    private static string Row(string cell, IEnumerable<string> values) =>
        $"<tr>{string.Concat(values.Select(value => $"<{cell}>{Encode(value)}</{cell}>"))}</tr>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private HtmlReport Add(string html)
    {
        _body.Append(html).Append('\n');
        return this;
    }
}
