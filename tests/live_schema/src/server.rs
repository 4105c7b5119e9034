//! An HTTP server on loopback that always answers the same.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Starts a server, and returns its URL. It lives as long as the process.
pub(crate) fn answering(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("the address of the port");
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A client that has gone away is none of the server's business.
            let _ = answer(&connection, body);
        }
    });
    format!("http://{address}/v1?key=hidden")
}

fn answer(mut connection: &TcpStream, body: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// The URL of a server that is not there: its port was free a moment ago.
pub(crate) fn absent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("the address of the port");
    format!("http://{address}/v1?key=hidden")
}
