namespace Alignment.Shared;

/// <summary>Reads lines as bytes with bounded memory: what a line holds is decided by whoever parses it.</summary>
public sealed class JsonLines
{
    private readonly Stream _stream;
    private readonly int _maxLength;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Reads from a stream; a byte-order mark at its beginning is passed over.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="maxLength">Bytes of a line; a longer one is passed over in bounded memory (<see cref="LastWasCut"/>).</param>
    public JsonLines(Stream stream, int maxLength = int.MaxValue)
    {
        _stream = stream;
        _maxLength = maxLength;
        while (_end < 3 && !_ended)
        {
            Fill();
        }

        if (_buffer.AsSpan(_start, _end - _start).StartsWith("\uFEFF"u8))
        {
            _start += 3;
        }
    }

    /// <summary>The number of the last line, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>True when the last line had its line feed.</summary>
    public bool LastWasWhole { get; private set; }

    /// <summary>True when the last line was too long; it was given out empty.</summary>
    public bool LastWasCut { get; private set; }

    /// <summary>The next line without line feed and carriage return, valid until the next call; null at the end.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        int searched = _start;
        LastWasCut = false;
        while (true)
        {
            int at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                int length = searched + at - _start;
                LastWasCut |= length > _maxLength;
                ReadOnlyMemory<byte> line = LastWasCut ? default : _buffer.AsMemory(_start, length);
                _start += length + 1;
                return Count(line, whole: true);
            }

            if (_ended)
            {
                LastWasCut |= _end - _start > _maxLength;
                ReadOnlyMemory<byte> rest = LastWasCut ? default : _buffer.AsMemory(_start, _end - _start);
                _start = _end;
                return rest.Length == 0 && !LastWasCut ? default(ReadOnlyMemory<byte>?) : Count(rest, whole: false); // a bare null would become empty memory
            }

            if (_end - _start > _maxLength)
            {
                LastWasCut = true;
                _start = _end;
            }

            searched = _end - _start;
            Fill();
        }
    }

    /// <summary>The length of a file up to and with its last line feed: what remains when a torn last line is cut off.</summary>
    public static long WholeLength(Stream stream)
    {
        byte[] block = new byte[4096];
        for (long end = stream.Length; end > 0;)
        {
            int size = (int)Math.Min(block.Length, end);
            stream.Seek(end - size, SeekOrigin.Begin);
            stream.ReadExactly(block, 0, size);
            int at = block.AsSpan(0, size).LastIndexOf((byte)'\n');
            if (at >= 0)
            {
                return end - size + at + 1;
            }

            end -= size;
        }

        return 0;
    }

    private ReadOnlyMemory<byte> Count(ReadOnlyMemory<byte> line, bool whole)
    {
        Number++;
        LastWasWhole = whole;
        return line.Length > 0 && line.Span[^1] == (byte)'\r' ? line[..^1] : line;
    }

    // Moves what is left to the front (afterwards _start is 0), grows when it fills the buffer, reads once.
    private void Fill()
    {
        int left = _end - _start;
        byte[] target = left == _buffer.Length ? new byte[_buffer.Length * 2] : _buffer;
        _buffer.AsSpan(_start, left).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, left);
        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}
