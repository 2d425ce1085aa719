"""Engine.IO and Socket.IO packets: what each means, and that reading one never fails."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtubar.protocol.constants import NO_RECONNECT_CODES, CloseCode
from virtubar.transport.socketio import packets
from virtubar.transport.socketio.packets import Kind, Packet

ENVELOPE = b'{"v":1,"t":"presence","ts":1,"payload":{"visible":true}}'


@pytest.mark.parametrize(
    ("data", "packet"),
    [
        (b'42["presence",' + ENVELOPE + b"]", Packet(Kind.EVENT, "presence", ENVELOPE)),
        (b'42[ "presence" ,\n' + ENVELOPE + b" ] ", Packet(Kind.EVENT, "presence", ENVELOPE)),
        (b'42["a",1]', Packet(Kind.EVENT, "a", b"1")),
        (b"40", Packet(Kind.CONNECT)),
        (b'40{"a":1}', Packet(Kind.CONNECT, data=b'{"a":1}')),
        (b"40/,{}", Packet(Kind.CONNECT, data=b"{}")),
        (b"40/admin,{}", Packet(Kind.REFUSED_NAMESPACE, "/admin")),
        (b"40/admin?a=1,{}", Packet(Kind.REFUSED_NAMESPACE, "/admin")),
        (b"41", Packet(Kind.DISCONNECT)),
        (b"41/,", Packet(Kind.DISCONNECT)),
        (b"41/admin,", Packet(Kind.INVALID)),
        (b"1", Packet(Kind.CLOSE)),
        (b"1x", Packet(Kind.INVALID)),
        (b"2", Packet(Kind.PING)),
        (b"2probe", Packet(Kind.PING, data=b"probe")),
        (b"3", Packet(Kind.PONG)),
        (b"0{}", Packet(Kind.INVALID)),
        (b"5", Packet(Kind.INVALID)),
        (b"6", Packet(Kind.INVALID)),
        (b"", Packet(Kind.INVALID)),
        (b"bAQ==", Packet(Kind.BINARY)),
        (b'451-["a",{"_placeholder":true,"num":0}]', Packet(Kind.BINARY)),
        (b"461-[]", Packet(Kind.BINARY)),
        (b'421["a",1]', Packet(Kind.GARBLED)),
        (b'42/admin,["a",1]', Packet(Kind.GARBLED)),
        (b"43[]", Packet(Kind.GARBLED)),
        (b"44{}", Packet(Kind.INVALID)),
        (b"4", Packet(Kind.INVALID)),
    ],
)
def test_each_packet_has_one_meaning(data: bytes, packet: Packet) -> None:
    """As the protocols' own documents say, and as this server takes it."""
    assert packets.read(data) == packet


@pytest.mark.parametrize(
    ("data", "argument"),
    [
        (b'42["a",]', b""),
        (b'42["a",{"b":]', b'{"b":'),
        (b'42["a",1,2]', b"1,2"),
        (b'42["a"]', b""),
        (b"42[]", b""),
        (b"42[1,2]", b""),
    ],
)
def test_what_stands_in_the_place_of_an_envelope_is_measured(data: bytes, argument: bytes) -> None:
    """So that it can be too large, as any other message."""
    assert packets.read(data) == Packet(Kind.GARBLED, data=argument)


@given(st.text())
def test_an_envelope_is_cut_out_as_it_came(text: str) -> None:
    """Byte for byte, whatever is in it: the codec reads what the client wrote."""
    envelope = json.dumps({"text": text}, ensure_ascii=False)
    data = f'42["local_chat",{envelope}]'.encode(errors="replace")
    assert packets.read(data).data == envelope.encode(errors="replace")


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"4", b"40", b"41", b"42", b"42[", b'42["a",'])
)
def test_reading_never_fails(data: bytes, prefix: bytes) -> None:
    """Whatever comes is some kind of packet; text is checked before, so most of it is text."""
    packet = packets.read(prefix + data.decode(errors="replace").encode())
    assert isinstance(packet.kind, Kind)


@pytest.mark.parametrize(
    ("auth", "token"),
    [
        (b"", None),
        (b"{}", None),
        (b'{"realtimeToken":null}', None),
        (b'{"realtimeToken":"abc","other":[1]}', "abc"),
    ],
)
def test_a_token_is_read_from_auth(auth: bytes, token: str | None) -> None:
    """`auth.realtimeToken` of the client's options."""
    assert packets.presented_token(auth) == token


@pytest.mark.parametrize("auth", [b"[]", b"1", b"{", b'{"realtimeToken":1}', b"[" * 4000])
def test_an_auth_that_is_no_object_is_an_error(auth: bytes) -> None:
    """The client is told."""
    with pytest.raises(ValueError, match=r"."):
        packets.presented_token(auth)


@pytest.mark.parametrize("code", list(CloseCode))
def test_last_words_say_the_code_and_whether_to_come_back(code: CloseCode) -> None:
    """`closing`, and a DISCONNECT where a client must not reconnect by itself (§8)."""
    words = packets.last_words(code, "because", 5)
    if code is CloseCode.NORMAL:
        assert words == []
        return
    name, envelope = json.loads(words[0].removeprefix(b"42"))
    assert (name, envelope["t"], envelope["ts"]) == ("closing", "closing", 5)
    assert envelope["payload"] == {"code": code, "reason": "because"}
    assert words[1:] == ([b"41"] if code in NO_RECONNECT_CODES else [])


def test_bodies_are_packets_with_separators() -> None:
    """And taken apart the same way."""
    assert packets.split(packets.join([b"2", b"42[]", b"3"])) == [b"2", b"42[]", b"3"]
