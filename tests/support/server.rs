//! An HTTP server on loopback that answers with exactly the bytes it is told
//! to, or not at all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use buildkite_client::{Client, ClientBuilder, RetryPolicy};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// The token that [`Server::client`] sends.
pub(crate) const TOKEN: &str = "bkua_0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// One request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Method, target and protocol.
    pub(crate) line: String,
    /// Header lines, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body of a request is JSON")
    }

    /// One of the variables that were sent.
    pub(crate) fn variable(&self, name: &str) -> Value {
        self.json()["variables"][name].clone()
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Says nothing until the client gives up.
    Hang,
    /// Sends these bytes and then says nothing until the client gives up.
    HangAfter(Vec<u8>),
}

impl Reply {
    /// A whole answer with a body of JSON.
    pub(crate) fn json(body: &Value) -> Self {
        Self::status(200, &[], &body.to_string())
    }

    /// A whole answer with this status.
    pub(crate) fn status(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        Self::Bytes(answer(status, headers, body.as_bytes()))
    }

    /// An answer that is cut `missing` bytes before its end.
    pub(crate) fn cut(body: &Value, missing: usize) -> Self {
        let mut bytes = answer(200, &[], body.to_string().as_bytes());
        bytes.truncate(bytes.len() - missing);
        Self::Bytes(bytes)
    }

    /// A whole answer whose body is packed with gzip.
    pub(crate) fn gzip(body: &Value) -> Self {
        let packed = gzip(body.to_string().as_bytes());
        Self::Bytes(answer(200, &[("content-encoding", "gzip")], &packed))
    }
}

/// The bytes of an HTTP/1.1 answer. A content type among the headers replaces
/// that of JSON.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let length = body.len().to_string();
    let mut lines = vec![("content-length", length.as_str()), ("connection", "close")];
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        lines.push(("content-type", "application/json"));
    }
    lines.extend(headers);
    let mut head = format!("HTTP/1.1 {status} Status\r\n");
    for (name, value) in lines {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// The server; it stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

type Script = dyn Fn(usize, &Request) -> Reply + Send + Sync;

impl Server {
    /// Starts a server that asks `script` for every reply. The script is given
    /// how many requests came before, and the request.
    pub(crate) fn start(script: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the address of the port");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stopping = Arc::new(AtomicBool::new(false));
        let script: Arc<Script> = Arc::new(script);
        let thread = thread::spawn({
            let requests = Arc::clone(&requests);
            let stopping = Arc::clone(&stopping);
            move || {
                for connection in listener.incoming().flatten() {
                    if stopping.load(Ordering::SeqCst) {
                        return;
                    }
                    let requests = Arc::clone(&requests);
                    let script = Arc::clone(&script);
                    thread::spawn(move || serve(connection, &requests, &*script));
                }
            }
        });
        Self {
            address,
            requests,
            stopping,
            thread: Some(thread),
        }
    }

    /// Starts a server that always replies the same.
    pub(crate) fn always(reply: Reply) -> Self {
        Self::start(move |_, _| reply.clone())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// A client of this server that sends everything once, to be changed before it is
    /// built.
    pub(crate) fn builder(&self) -> ClientBuilder {
        let builder = Client::builder().retry(RetryPolicy::none());
        builder.token(TOKEN).endpoint(self.url())
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }

    /// The requests that came so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no thread panicked").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes the thread out of its wait for the next connection.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(mut connection: TcpStream, requests: &Mutex<Vec<Request>>, script: &Script) {
    let Some(request) = read_request(&connection) else {
        return;
    };
    let before = {
        let mut requests = requests.lock().expect("no thread panicked");
        requests.push(request.clone());
        requests.len() - 1
    };
    let (bytes, hang) = match script(before, &request) {
        Reply::Bytes(bytes) => (bytes, false),
        Reply::Close => (Vec::new(), false),
        Reply::Hang => (Vec::new(), true),
        Reply::HangAfter(bytes) => (bytes, true),
    };
    // A client that has gone away is none of the server's business.
    let _ = connection.write_all(&bytes);
    if !hang {
        let _ = connection.shutdown(Shutdown::Write);
    }
    let _ = connection.read_to_end(&mut Vec::new());
}

fn read_request(connection: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    if line.is_empty() {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        line: line.trim().to_owned(),
        headers,
        body,
    })
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(body).expect("memory takes all");
    packer.finish().expect("memory takes all")
}
