// One membership of one room: the join over HTTP, the socket, renewal, reconnect and resume.
const BACKOFF_FIRST_MS = 250, BACKOFF_MAX_MS = 8000, SILENCE_MAX_MS = 15000, JOIN_MAX_MS = 10000;
const FINAL_CLOSES = new Map([[1000, "You left."], [4001, "You were asked to leave."],
  [4003, "You were banned from this room."], [4009, "You came in from another window."]]);
const FINAL_STATUSES = new Set([400, 403, 404, 409, 413, 422]);
const IDENTITY = "virtubar.identity";

class Refused extends Error {
  constructor(status, body) {
    super(body.message ?? `The server answered ${status}.`);
    Object.assign(this, { status, retryAfterMs: body.retryAfterMs });
  }
}

export class Connection {
  // onEvent(name, payload, motionTimeMs) for every event; onState(state, text) as it changes.
  constructor({ roomId, name, avatarId, onEvent, onState }) {
    Object.assign(this, { roomId, name, avatarId, onEvent, onState });
    this.state = "idle";
    this.turn = this.tries = this.refusals = this.aheadMs = 0;
    this.seq = -1;
    this.pulse = setInterval(() => this.beat(), 5000);
    this.life = new AbortController();
    const { signal } = this.life;
    addEventListener("online", () => this.retry(), { signal });
    document.addEventListener("visibilitychange", () => {
      this.send("presence", { visible: !document.hidden });
      if (!document.hidden) this.retry();
    }, { signal });
  }

  set(state, text) {
    this.state = state;
    this.onState(state, text);
  }

  async connect() {
    const turn = ++this.turn;
    clearTimeout(this.timer);
    this.set(this.resumable ? "reconnecting" : "connecting", "Opening the door…");
    try {
      this.grant = await this.authorize();
    } catch (error) {
      if (turn === this.turn) this.refused(error);
      return;
    }
    if (turn !== this.turn) return;
    const socket = this.socket = new WebSocket(this.grant.realtimeUrl, "virtubar.v1");
    this.timer = setTimeout(() => socket.close(4000), JOIN_MAX_MS);
    socket.onopen = () => this.enter();
    socket.onmessage = ({ data }) => turn === this.turn && this.handle(JSON.parse(data));
    socket.onclose = ({ code }) => turn === this.turn && this.closed(code);
  }

  async authorize() {
    const token = localStorage.getItem(IDENTITY);
    const response = await fetch("/rooms/join", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ roomId: this.roomId, displayName: this.name, avatarId: this.avatarId }),
      signal: AbortSignal.timeout(JOIN_MAX_MS),
    });
    const body = await response.json().catch(() => ({}));
    if (response.status === 401 && token) {
      localStorage.removeItem(IDENTITY);
      return this.authorize();
    }
    if (!response.ok) throw new Refused(response.status, body);
    if (body.identityToken) localStorage.setItem(IDENTITY, body.identityToken);
    return body;
  }

  enter() {
    if (this.state !== "joined") this.set(this.resumable ? "reconnecting" : "joining", "Coming in…");
    this.send("join_room", {
      roomId: this.roomId,
      user: { userId: this.grant.userId, displayName: this.name, avatarId: this.avatarId },
      realtimeToken: this.grant.realtimeToken,
      ...(this.lastMessageId && { lastMessageId: this.lastMessageId }),
    });
  }

  // A fresh token for the same socket: before the old one ends, or after the server refused it.
  async renew() {
    const turn = this.turn;
    clearTimeout(this.timer);
    try {
      this.grant = await this.authorize();
      if (turn === this.turn) this.enter();
    } catch (error) {
      if (turn === this.turn && this.state !== "joined") this.refused(error);
      else if (turn === this.turn) this.timer = setTimeout(() => this.renew(), error.retryAfterMs ?? 5000);
    }
  }

  handle({ t, ts, payload }) {
    this.heardMs = performance.now();
    if (payload.serverTimeMs) this.aheadMs = payload.serverTimeMs - Date.now(); // this machine's clock may be off
    if (t === "session" || t === "token_renewed") {
      const leftMs = payload.expiresAtMs - Date.now() - this.aheadMs;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.renew(), leftMs > 60000 ? leftMs - 30000 : leftMs / 2);
    }
    if (t === "session") {
      this.tries = this.refusals = 0;
      this.resumable = true;
      this.seq = Math.max(this.seq, payload.lastSeq);
      this.set("joined", "In the bar");
      if (document.hidden) this.send("presence", { visible: false });
    } else if (t === "chat_broadcast") {
      if (payload.messageId <= this.lastMessageId) return; // said again after a resume
      this.lastMessageId = payload.messageId;
    } else if (t === "auth_error" && payload.code !== "replaced") {
      if (++this.refusals > 3) this.socket.close(4000);
      else this.renew();
    }
    this.onEvent(t, payload, ts);
  }

  refused(error) {
    this.socket?.close(4000);
    if (FINAL_STATUSES.has(error.status)) this.end(error.message);
    else this.later(error.retryAfterMs);
  }

  closed(code) {
    clearTimeout(this.timer);
    if (FINAL_CLOSES.has(code)) this.end(FINAL_CLOSES.get(code));
    else this.later(0);
  }

  // Full jitter: everybody who lost the line at once must not come back at once.
  later(atLeastMs = 0) {
    this.turn++;
    const delayMs = atLeastMs + Math.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** this.tries++);
    this.set("reconnecting", "The line is down, trying again…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (!document.hidden) this.connect(); }, delayMs);
  }

  retry() {
    const open = this.socket?.readyState === WebSocket.OPEN;
    if (this.state === "reconnecting" && !open) this.connect();
  }

  beat() {
    if (this.state !== "joined") return;
    if (!document.hidden && performance.now() - this.heardMs > SILENCE_MAX_MS) {
      const socket = this.socket;
      this.closed(1006); // does not wait for a dead line to agree
      socket.close(4000);
    } else {
      this.send("heartbeat", { roomId: this.roomId, clientTimeMs: Date.now(), lastSeq: this.seq });
    }
  }

  send(t, payload) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ v: 1, t, ts: Date.now(), payload }));
    return true;
  }

  move(place) {
    if (this.state !== "joined" || this.socket.bufferedAmount > 4096) return false;
    return this.send("avatar_transform", { roomId: this.roomId, seq: ++this.seq, ...place });
  }

  end(text) {
    this.turn++;
    clearTimeout(this.timer);
    clearInterval(this.pulse);
    this.life.abort();
    this.socket?.close(1000);
    this.set("closed", text);
  }
}
