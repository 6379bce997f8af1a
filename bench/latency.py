"""A way to a server that is some milliseconds long: every request takes that much longer.

    python -m bench.latency HOST:PORT MILLISECONDS

Prints its own URL. What a client sends is passed on after the delay, what the server answers at once. To connect
costs nothing, which spares those clients that connect anew for every request.
"""

from __future__ import annotations

import asyncio
import sys


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    try:
        while data := await reader.read(1 << 16):
            if delay:
                await asyncio.sleep(delay)
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def _serve(host: str, port: int, delay: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection(host, port)
        await asyncio.gather(_pass_on(reader, requests, delay), _pass_on(answers, writer, 0))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    host, _, port = sys.argv[1].partition(":")
    asyncio.run(_serve(host, int(port), int(sys.argv[2]) / 1000))
