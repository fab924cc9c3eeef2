//! One request and its answer on an HTTP/2 connection.

use crate::designer::live::Hub;
use crate::serve::answer::{Body, Fields, Method, Reply, respond};
use crate::serve::engine::Engine;
use crate::serve::handler::Request;
use crate::serve::worker::Worker;
use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::header::DATE;
use http::{HeaderValue, StatusCode};
use std::future::poll_fn;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// A stream of events without one for this long gets a comment.
const QUIET: Duration = Duration::from_secs(15);

/// Bytes that are asked room for at once: what a client's window lets through anyway.
const PIECE: usize = 64 * 1024;

/// Answers a stream. What the client sends as a body is not read: dropping it resets what is left of it.
pub async fn answer<E: Engine>(
    request: http::Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    worker: &Worker<E>,
) {
    let (parts, _body) = request.into_parts();
    let reply = reply(&parts, worker).await;
    let mut response = http::Response::new(());
    *response.status_mut() = StatusCode::from_u16(reply.status.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = worker.fields.fields(&reply);
    if let Ok(date) = HeaderValue::try_from(worker.clock.date(Instant::now())) {
        response.headers_mut().insert(DATE, date);
    }
    let Ok(stream) = respond.send_response(response, reply.body.is_empty()) else { return };
    send(stream, reply.body, worker).await;
}

async fn reply<E: Engine>(parts: &http::request::Parts, worker: &Worker<E>) -> Reply {
    let Some(target) = parts.uri.path_and_query() else {
        return respond::not_allowed(); // CONNECT
    };
    let mut fields = Fields::default();
    for (name, value) in &parts.headers {
        fields.add(name.as_str().as_bytes(), value.as_bytes());
    }
    let method = Method::parse(parts.method.as_str().as_bytes());
    let request = Request { method, target: target.as_str(), fields };
    match worker.handler.at_once(&request) {
        Some(reply) => reply,
        None => worker.handler.answer(&request).await,
    }
}

/// Sends events as they come, until the client goes.
async fn live<E>(mut stream: SendStream<Bytes>, hub: &Hub, worker: &Worker<E>) {
    let Some(mut events) = hub.stream() else { return stream.send_reset(Reason::REFUSED_STREAM) };
    loop {
        let event = match timeout(QUIET, events.next()).await {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(_) => Bytes::from_static(b":\n\n"),
        };
        stream.reserve_capacity(event.len());
        let room = timeout(worker.limits.stall, poll_fn(|cx| stream.poll_capacity(cx))).await;
        if worker.stop.is_begun() || !matches!(room, Ok(Some(Ok(_)))) || stream.send_data(event, false).is_err() {
            break;
        }
    }
    let _ = stream.send_data(Bytes::new(), true); // it is gone
}

/// Sends a body as the client makes room for it.
async fn send<E>(mut stream: SendStream<Bytes>, body: Body, worker: &Worker<E>) {
    let pieces = match body {
        Body::Empty => return,
        Body::Whole(bytes) | Body::Sealed(_, bytes) => vec![bytes],
        Body::Parts(parts) => parts,
        Body::Live(hub) => return live(stream, &hub, worker).await,
    };
    for mut piece in pieces {
        while !piece.is_empty() {
            stream.reserve_capacity(piece.len().min(PIECE));
            match timeout(worker.limits.stall, poll_fn(|cx| stream.poll_capacity(cx))).await {
                Ok(Some(Ok(room))) => {
                    let part = piece.split_to(room.min(piece.len()));
                    if stream.send_data(part, false).is_err() {
                        return;
                    }
                }
                Ok(_) => return,
                Err(_) => return stream.send_reset(Reason::CANCEL),
            }
        }
    }
    // The stream may be gone, which is the client's to know.
    let _ = stream.send_data(Bytes::new(), true);
}
