//! What goes through the pipes: a header as JSON, then bytes, each behind its length.

use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, ErrorKind, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes of the two lengths in front of a frame: 32 bits of the header's, 64 bits of the body's, little-endian.
const PREFIX: usize = 12;
/// A header is a few values and paths; an engine's message may quote a long line.
const LONGEST_HEADER: usize = 4 << 20;

/// The two lengths and the header, as they are sent in front of the body.
fn head(header: &impl Serialize, body: &[u8]) -> io::Result<Vec<u8>> {
    let header = serde_json::to_vec(header)?;
    if header.len() > LONGEST_HEADER {
        return Err(too_long());
    }
    let mut head = Vec::with_capacity(PREFIX + header.len());
    head.extend_from_slice(&(header.len() as u32).to_le_bytes());
    head.extend_from_slice(&(body.len() as u64).to_le_bytes());
    head.extend_from_slice(&header);
    Ok(head)
}

fn lengths(prefix: [u8; PREFIX], longest: u64) -> io::Result<(usize, usize)> {
    let [a, b, c, d, rest @ ..] = prefix;
    let (header, body) = (u32::from_le_bytes([a, b, c, d]) as usize, u64::from_le_bytes(rest));
    match usize::try_from(body) {
        Ok(length) if body <= longest && header <= LONGEST_HEADER => Ok((header, length)),
        _ => Err(too_long()),
    }
}

fn too_long() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "a frame that is too long")
}

/// Writes a frame, blocking.
pub(super) fn write(to: &mut impl Write, header: &impl Serialize, body: &[u8]) -> io::Result<()> {
    to.write_all(&head(header, body)?)?;
    to.write_all(body)?;
    to.flush()
}

/// Reads a frame, blocking; `None` where the other side has ended.
pub(super) fn read<H: DeserializeOwned>(from: &mut impl Read, longest: u64) -> io::Result<Option<(H, Vec<u8>)>> {
    let mut prefix = [0; PREFIX];
    match from.read_exact(&mut prefix) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let (header, body) = lengths(prefix, longest)?;
    let (mut header, mut body) = (vec![0; header], vec![0; body]);
    from.read_exact(&mut header)?;
    from.read_exact(&mut body)?;
    Ok(Some((serde_json::from_slice(&header)?, body)))
}

/// Writes a frame.
pub(super) async fn send(to: &mut (impl AsyncWrite + Unpin), header: &impl Serialize, body: &[u8]) -> io::Result<()> {
    to.write_all(&head(header, body)?).await?;
    to.write_all(body).await?;
    to.flush().await
}

/// Reads a frame.
pub(super) async fn receive<H: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
    longest: u64,
) -> io::Result<(H, Vec<u8>)> {
    let mut prefix = [0; PREFIX];
    from.read_exact(&mut prefix).await?;
    let (header, body) = lengths(prefix, longest)?;
    let (mut header, mut body) = (vec![0; header], vec![0; body]);
    from.read_exact(&mut header).await?;
    from.read_exact(&mut body).await?;
    Ok((serde_json::from_slice(&header)?, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(header in "\\PC{0,40}", body in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut pipe = Vec::new();
            write(&mut pipe, &header, &body).unwrap();
            prop_assert_eq!(read::<String>(&mut &pipe[..], 1 << 20).unwrap(), Some((header, body)));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read::<String>(&mut &bytes[..], 1 << 10);
        }
    }

    #[test]
    fn an_end_between_frames_is_no_error_and_one_within_is() {
        let mut pipe = Vec::new();
        write(&mut pipe, &"header", b"body").unwrap();
        assert!(read::<String>(&mut &b""[..], 100).unwrap().is_none());
        assert!(read::<String>(&mut &pipe[..pipe.len() - 1], 100).is_err());
    }

    #[test]
    fn a_frame_that_claims_to_be_endless_is_refused_before_it_is_held() {
        let mut bytes = vec![2, 0, 0, 0];
        bytes.extend(u64::MAX.to_le_bytes());
        assert_eq!(read::<String>(&mut &bytes[..], 1 << 20).unwrap_err().kind(), ErrorKind::InvalidData);
    }
}
