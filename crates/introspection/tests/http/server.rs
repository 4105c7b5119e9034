//! An HTTP server on loopback that answers with exactly the bytes it is told to, or not at
//! all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server does with a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Says nothing until the client gives up.
    Hang,
}

impl Reply {
    /// A whole answer of JSON.
    pub(crate) fn json(body: &str) -> Self {
        Self::status(200, "", body.as_bytes())
    }

    /// A whole answer. The header lines end in a line break each.
    pub(crate) fn status(status: u16, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} Status\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
        );
        Self::Bytes([head.as_bytes(), body].concat())
    }
}

/// One request as it came over the wire.
pub(crate) struct Request {
    /// The request line and the headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// The server; it lives as long as the process.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Asks `script` for every reply, with the number of requests before and the body.
    pub(crate) fn start(script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the address of the port");
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let (heard, script) = (Arc::clone(&requests), Arc::new(script));
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (heard, script) = (Arc::clone(&heard), Arc::clone(&script));
                thread::spawn(move || {
                    let request = read(&connection)?;
                    let reply = {
                        let mut heard = heard.lock().expect("no thread panicked");
                        let reply = script(heard.len(), &request.body);
                        heard.push(request);
                        reply
                    };
                    send(connection, reply);
                    Some(())
                });
            }
        });
        Self { address, requests }
    }

    /// Always replies the same.
    pub(crate) fn always(reply: Reply) -> Self {
        Self::start(move |_, _| reply.clone())
    }

    /// The URL, with a query that must be in no message.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1?key=hidden", self.address)
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// The requests that came so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().expect("no thread panicked"))
    }
}

fn send(mut connection: TcpStream, reply: Reply) {
    // A client that has gone away is none of the server's business.
    if let Reply::Bytes(bytes) = reply {
        let _ = connection.write_all(&bytes);
        let _ = connection.shutdown(Shutdown::Write);
    }
    let _ = connection.read_to_end(&mut Vec::new());
}

fn read(connection: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Request { head, body })
}
