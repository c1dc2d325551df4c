namespace Alignment.Pipeline.Items.Import;

/// <summary>
/// A file whose last bytes are handed out one by one, so that its position says how far a decompressor, which reads ahead in
/// blocks, really came. The file stays open.
/// </summary>
internal sealed class SlowTail(Stream file) : Stream
{
    private const int Tail = 16 << 10;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        long beforeTail = file.Length - Tail - file.Position;
        return file.Read(buffer[..(int)Math.Min(buffer.Length, Math.Max(1, beforeTail))]);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
