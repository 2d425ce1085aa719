"""Two guests meet: the main job, over a real socket with a stock client."""

from support.guest import enter
from support.server import RunningServer


async def test_two_guests_see_each_other_move_and_talk(server: RunningServer) -> None:
    """A transform and a chat line of one reach the other, and the mover's echo comes back."""
    ann = await enter(server.http_url, name="Ann")
    bob = await enter(server.http_url, name="Bob")
    await ann.receive_until("member_joined")

    seq = await ann.move(1.5, 2.25)
    await ann.say("hello")

    seen = await bob.receive_until("avatar_transform_broadcast")
    assert (seen["userId"], seen["seq"], seen["x"], seen["z"]) == (ann.user_id, seq, 1.5, 2.25)
    heard = await bob.receive_until("chat_broadcast")
    assert (heard["userId"], heard["text"]) == (ann.user_id, "hello")
    echo = await ann.receive_until("avatar_transform_broadcast")
    assert echo["seq"] == seq

    await ann.leave()
    assert (await bob.receive_until("member_left"))["userId"] == ann.user_id
    await bob.socket.close()


async def test_a_lost_connection_keeps_its_place_for_twenty_seconds(server: RunningServer) -> None:
    """Anything but a clean close starts the grace; after it the others hear member_left (§4)."""
    ann = await enter(server.http_url, name="Ann")
    bob = await enter(server.http_url, name="Bob")
    await ann.receive_until(
        "member_joined",
    )
    ann.socket.transport.abort()
    (rest,) = await bob.silence()
    assert (rest["t"], rest["payload"]["anim"]) == ("avatar_transform_broadcast", "idle")
    server.advance(19_000)
    assert [event["t"] for event in await bob.silence()] == []
    server.advance(2_000)
    assert (await bob.receive_until("member_left"))["userId"] == ann.user_id
    await bob.socket.close()
