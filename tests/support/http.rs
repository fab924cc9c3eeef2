//! A small blocking HTTP/1.1 client that hides nothing: tests send exact bytes (half a
//! request, several at once, garbage) and see status line, headers in order and raw body.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// An answer that does not come fails the test instead of hanging it.
const TIMEOUT: Duration = Duration::from_secs(180);

/// One keep-alive connection.
#[derive(Debug)]
pub struct Client {
    reader: BufReader<TcpStream>,
}

/// One answer, as it came.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    /// Status line and headers up to and with the empty line.
    pub head: Vec<u8>,
    /// In the order in which they came, names as they were spelled.
    pub headers: Vec<(String, String)>,
    /// Without chunk framing, but in its content coding.
    pub body: Vec<u8>,
}

impl Client {
    #[track_caller]
    pub fn connect(address: SocketAddr) -> Client {
        Client::try_connect(address).expect("connects")
    }

    pub fn try_connect(address: SocketAddr) -> io::Result<Client> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        Ok(Client { reader: BufReader::new(stream) })
    }

    /// Sends bytes as they are; any part of a request, or several.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.reader.get_mut().write_all(bytes)
    }

    /// Says that nothing more will be sent, as a client that closed its half.
    pub fn finish_sending(&mut self) -> io::Result<()> {
        self.reader.get_ref().shutdown(Shutdown::Write)
    }

    /// How long one read may wait before it is an error.
    pub fn read_timeout(&mut self, limit: Duration) {
        let set = self.reader.get_ref().set_read_timeout(Some(limit));
        set.expect("a timeout above zero");
    }

    /// GET with these request headers besides Host.
    #[track_caller]
    pub fn get(&mut self, target: &str, headers: &[(&str, &str)]) -> Response {
        self.request("GET", target, headers)
    }

    #[track_caller]
    pub fn request(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> Response {
        self.try_request(method, target, headers).unwrap_or_else(|error| panic!("{method} {target}: {error}"))
    }

    pub fn try_request(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> io::Result<Response> {
        self.send(request_bytes(method, target, headers).as_bytes())?;
        self.read_response(method)
    }

    /// Sends all requests before it reads the first answer.
    #[track_caller]
    pub fn pipeline(&mut self, targets: &[&str]) -> Vec<Response> {
        let all: String = targets.iter().map(|target| request_bytes("GET", target, &[])).collect();
        self.send(all.as_bytes()).expect("requests are taken");
        targets
            .iter()
            .map(|target| self.read_response("GET").unwrap_or_else(|error| panic!("{target}: {error}")))
            .collect()
    }

    /// Reads the next answer; `method` is what was asked, since HEAD answers have no body.
    /// The end of the connection before an answer is whole is `UnexpectedEof`.
    pub fn read_response(&mut self, method: &str) -> io::Result<Response> {
        let mut response = self.read_head()?;
        let status = response.status;
        // RFC 9112 §6.3: these have no body whatever their headers say.
        if method == "HEAD" || status < 200 || status == 204 || status == 304 {
            return Ok(response);
        }
        if response.header("transfer-encoding") == Some("chunked") {
            response.body = self.read_chunks()?;
        } else if let Some(length) = response.header("content-length") {
            let length = length.parse().map_err(|_| broken("content-length"))?;
            response.body = vec![0; length];
            self.reader.read_exact(&mut response.body)?;
        } else {
            self.reader.read_to_end(&mut response.body)?;
        }
        Ok(response)
    }

    /// Everything that still comes until the server closes.
    pub fn read_rest(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.reader.read_to_end(&mut rest)?;
        Ok(rest)
    }

    /// The answer without its body.
    fn read_head(&mut self) -> io::Result<Response> {
        let mut head = Vec::new();
        let status_line = self.read_line(&mut head)?;
        let status = status_line
            .strip_prefix("HTTP/1.1 ")
            .or_else(|| status_line.strip_prefix("HTTP/1.0 "))
            .and_then(|rest| rest.get(..3))
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| broken(&status_line))?;
        let mut headers = Vec::new();
        loop {
            let line = self.read_line(&mut head)?;
            if line.is_empty() {
                return Ok(Response { status, head, headers, body: Vec::new() });
            }
            let (name, value) = line.split_once(':').ok_or_else(|| broken(&line))?;
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }

    /// One line without its end, which `head` keeps.
    fn read_line(&mut self, head: &mut Vec<u8>) -> io::Result<String> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(&line);
        while matches!(line.last(), Some(b'\n' | b'\r')) {
            line.pop();
        }
        String::from_utf8(line).map_err(|_| broken("not UTF-8"))
    }

    fn read_chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.read_line(&mut Vec::new())?;
            let size = line.split(';').next().unwrap_or_default();
            let size = usize::from_str_radix(size, 16).map_err(|_| broken(&line))?;
            let start = body.len();
            body.resize(start + size, 0);
            self.reader.read_exact(&mut body[start..])?;
            // The end of the chunk, or after the last one the end of the (empty) trailer.
            self.read_line(&mut Vec::new())?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

impl Response {
    /// The value of the first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut same = self.headers.iter();
        same.find(|(spelled, _)| spelled.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value of a header that has to be there.
    #[track_caller]
    pub fn want(&self, name: &str) -> &str {
        self.header(name).unwrap_or_else(|| panic!("no {name} in {}", String::from_utf8_lossy(&self.head)))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether it may be kept for long without asking again.
    pub fn is_immutable(&self) -> bool {
        self.header("cache-control").is_some_and(|value| value.contains("immutable"))
    }
}

fn request_bytes(method: &str, target: &str, headers: &[(&str, &str)]) -> String {
    let mut request = format!("{method} {target} HTTP/1.1\r\n");
    let named_host = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
    if !named_host {
        request.push_str("Host: 127.0.0.1\r\n");
    }
    for (name, value) in headers {
        // Writing to a String cannot fail.
        let _ = write!(request, "{name}: {value}\r\n");
    }
    request.push_str("\r\n");
    request
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not HTTP: {what}"))
}
