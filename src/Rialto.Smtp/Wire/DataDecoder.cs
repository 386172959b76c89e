// RFC 5321 4.5.2 (transparency), 2.3.8 (lines end with CRLF and nothing else), 4.1.1.4 (only CRLF.CRLF ends DATA); RFC 3030 2 (BDAT); VU#302671 (SMTP smuggling).
namespace Rialto.Smtp.Wire;

/// <summary>Takes decoded content as it comes.</summary>
internal interface IContentSink
{
    /// <summary>A run of content; a CRLF is never split between two runs.</summary>
    void Write(ReadOnlySpan<byte> run);
}

/// <summary>What is wrong with the lines of a message.</summary>
[Flags]
internal enum LineDefects
{
    None = 0,
    BareLineFeed = 1,
    BareCarriageReturn = 2,
    LineTooLong = 4,
}

/// <summary>
/// Undoes dot-stuffing and finds the end of DATA, over spans, without copying: whole runs of lines go to the sink as they stand in the input.
/// Only CRLF.CRLF ends the message; whatever else looks like a line end to some server is noted as a defect, and never ends anything.
/// The same machine checks the lines of BDAT, where dots mean nothing.
/// </summary>
internal sealed class DataDecoder(bool dots, bool normalise, bool allowLoneReturn, int maximumLine)
{
    private enum At
    {
        /// <summary>Behind a CRLF, or at the beginning.</summary>
        LineStart,
        Line,

        /// <summary>A CR was held back: its LF may come.</summary>
        Return,

        /// <summary>Behind a dot that began a line; the dot was not passed on.</summary>
        Dot,

        /// <summary>Behind such a dot and a CR, neither passed on.</summary>
        DotReturn,
    }

    private At at = At.LineStart;
    private long lineLength;

    public LineDefects Defects { get; private set; }

    /// <summary>Decodes what it can. True when the end of the data was found: <paramref name="consumed"/> is behind it. Otherwise everything was consumed.</summary>
    public bool Decode<TSink>(ReadOnlySpan<byte> input, TSink sink, out int consumed)
        where TSink : IContentSink
    {
        var i = 0;
        var run = 0;
        while (i < input.Length)
        {
            switch (at)
            {
                case At.LineStart:
                    lineLength = 0;
                    if (dots && input[i] == '.')
                    {
                        Pass(input[run..i], sink);
                        at = At.Dot;
                        run = ++i;
                        break;
                    }

                    at = At.Line;
                    break;

                case At.Line:
                    var found = input[i..].IndexOfAny((byte)'\r', (byte)'\n');
                    if (found < 0)
                    {
                        Lengthen(input.Length - i);
                        i = input.Length;
                        break;
                    }

                    Lengthen(found);
                    i += found;
                    if (input[i] == '\n')
                    {
                        // A line feed alone: some servers would take it for a line end.
                        Defects |= LineDefects.BareLineFeed;
                        if (normalise)
                        {
                            Pass(input[run..i], sink);
                            sink.Write("\r\n"u8);
                            run = i + 1;
                        }

                        lineLength = 0;
                        i++;
                        break;
                    }

                    if (i + 1 < input.Length && input[i + 1] == '\n')
                    {
                        i += 2;
                        at = At.LineStart;
                        break;
                    }

                    Pass(input[run..i], sink);
                    at = At.Return;
                    run = ++i;
                    break;

                case At.Return:
                    if (input[i] == '\n')
                    {
                        sink.Write("\r\n"u8);
                        run = ++i;
                        at = At.LineStart;
                        break;
                    }

                    LoneReturn(sink, besideDot: input[i] == '.');
                    at = At.Line;
                    break;

                case At.Dot:
                    run = i;
                    if (input[i] == '\r')
                    {
                        run = ++i;
                        at = At.DotReturn;
                        break;
                    }

                    at = At.Line;
                    break;

                case At.DotReturn:
                    if (input[i] == '\n')
                    {
                        consumed = i + 1;
                        return true;
                    }

                    LoneReturn(sink, besideDot: true);
                    run = i;
                    at = At.Line;
                    break;
            }
        }

        if (at is At.LineStart or At.Line) Pass(input[run..], sink);
        consumed = input.Length;
        return false;
    }

    /// <summary>The end of content whose length was given: what was held back is content after all.</summary>
    public void Finish<TSink>(TSink sink)
        where TSink : IContentSink
    {
        if (at == At.Return) LoneReturn(sink, besideDot: false);
        at = At.LineStart;
    }

    private static void Pass<TSink>(ReadOnlySpan<byte> run, TSink sink)
        where TSink : IContentSink
    {
        if (!run.IsEmpty) sink.Write(run);
    }

    private void LoneReturn<TSink>(TSink sink, bool besideDot)
        where TSink : IContentSink
    {
        var harmless = allowLoneReturn && !besideDot;
        if (!harmless) Defects |= LineDefects.BareCarriageReturn;
        if (normalise && !harmless)
        {
            sink.Write("\r\n"u8);
            lineLength = 0;
        }
        else
        {
            sink.Write("\r"u8);
            Lengthen(1);
        }
    }

    private void Lengthen(int by)
    {
        lineLength += by;
        if (lineLength > maximumLine) Defects |= LineDefects.LineTooLong;
    }
}
