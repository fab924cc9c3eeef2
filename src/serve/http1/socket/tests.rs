use super::*;
use std::future::poll_fn;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;
use tokio::runtime::LocalRuntime;

fn pair() -> (UnixStream, Socket) {
    let (client, server) = UnixStream::pair().unwrap();
    server.set_nonblocking(true).unwrap();
    (client, Socket::from(OwnedFd::from(server)))
}

fn runs<T>(test: impl Future<Output = T>) -> T {
    LocalRuntime::new().unwrap().block_on(test)
}

async fn receive(socket: &mut Socket) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(1000);
    poll_fn(|cx| socket.poll_receive(cx, &mut buffer)).await.unwrap();
    buffer
}

async fn send_all(socket: &mut Socket, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let n = poll_fn(|cx| socket.poll_send(cx, &[IoSlice::new(bytes)])).await.unwrap();
        bytes = &bytes[n..];
    }
}

#[test]
fn what_is_there_already_is_answered_without_the_runtime() {
    let (mut client, mut socket) = pair();
    client.write_all(b"asked").unwrap();
    // No runtime at all: to be watched would panic.
    let mut cx = Context::from_waker(std::task::Waker::noop());
    let mut buffer = Vec::with_capacity(100);
    assert!(matches!(socket.poll_receive(&mut cx, &mut buffer), Poll::Ready(Ok(5))));
    let slices = [IoSlice::new(b"ans"), IoSlice::new(b"wer")];
    assert!(matches!(socket.poll_send(&mut cx, &slices), Poll::Ready(Ok(6))));
    assert!(matches!(socket.0, Watched::Read(_)));
    drop(socket);
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!((buffer.as_slice(), answer.as_str()), (&b"asked"[..], "answer"));
}

#[test]
fn what_comes_later_is_waited_for_and_the_end_is_an_end() {
    runs(async {
        let (mut client, mut socket) = pair();
        let later = std::thread::spawn(move || {
            for part in [b"one", b"two"] {
                std::thread::sleep(Duration::from_millis(30));
                client.write_all(part).unwrap();
            }
            std::thread::sleep(Duration::from_millis(30));
        });
        assert_eq!(receive(&mut socket).await, b"one");
        assert_eq!(receive(&mut socket).await, b"two");
        assert!(matches!(socket.0, Watched::Bytes(_)));
        assert_eq!(receive(&mut socket).await, b"");
        later.join().unwrap();
    });
}

#[test]
fn a_second_request_waits_for_its_turn_even_if_it_is_there() {
    runs(async {
        let (mut client, mut socket) = pair();
        client.write_all(b"one").unwrap();
        assert_eq!(receive(&mut socket).await, b"one");
        client.write_all(b"two").unwrap();
        let mut buffer = Vec::with_capacity(100);
        let first = poll_fn(|cx| Poll::Ready(socket.poll_receive(cx, &mut buffer).is_pending())).await;
        assert!(first, "only the runtime says that there is more");
        assert_eq!(receive(&mut socket).await, b"two");
    });
}

#[test]
fn a_slow_reader_is_waited_for_and_read_from_afterwards() {
    runs(async {
        let (mut client, mut socket) = pair();
        let body: Vec<u8> = (0..3_000_000_u32).map(|n| n as u8).collect();
        let expected = body.clone();
        let reader = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            let mut got = vec![0; expected.len()];
            client.read_exact(&mut got).unwrap();
            assert!(got == expected);
            client.write_all(b"thanks").unwrap();
            client
        });
        send_all(&mut socket, &body).await;
        assert!(matches!(socket.0, Watched::BytesAndRoom(_)));
        assert_eq!(receive(&mut socket).await, b"thanks");
        drop(reader.join().unwrap());
        let gone = poll_fn(|cx| socket.poll_send(cx, &[IoSlice::new(b"?")])).await;
        assert_eq!(gone.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_client_that_reads_makes_no_work_while_nothing_waits_to_be_written() {
    runs(async {
        let (mut client, mut socket) = pair();
        assert!(poll_fn(|cx| Poll::Ready(socket.poll_receive(cx, &mut Vec::with_capacity(9)).is_pending())).await);
        for _ in 0..10 {
            send_all(&mut socket, b"answer").await;
            client.read_exact(&mut [0; 6]).unwrap();
            tokio::task::yield_now().await;
        }
        let Watched::Bytes(watched) = &socket.0 else { panic!("room is watched for: {socket:?}") };
        let writable = tokio::time::timeout(Duration::from_millis(20), watched.ready(Interest::WRITABLE)).await;
        assert!(writable.is_err(), "its room is not asked about");
    });
}
