using System.Net.Sockets;
using RabbitMQ.Client;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>The client's socket, which counts how often anything came over it.</summary>
sealed class Ear(Socket socket) : TcpClientAdapter(socket)
{
    readonly Socket socket = socket;
    long heard;

    public long Heard => Volatile.Read(ref heard);

    public override NetworkStream GetStream() => new Listening(this);

    /// <summary>Whatever the client does on it from now on fails at once.</summary>
    public void Cut() => socket.Dispose();

    sealed class Listening(Ear ear) : NetworkStream(ear.socket, ownsSocket: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            Volatile.Write(ref ear.heard, ear.heard + 1);
            return read;
        }
    }
}
