//! The sockets: a listener that can be closed for a while, and connections that can be
//! reset.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How long to wait before trying again what the operating system refused.
const PAUSE: Duration = Duration::from_millis(20);

/// What closes the listener, and knows the connections that are open.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    closed_until: Mutex<Option<Instant>>,
    changed: Notify,
    /// How often the listener was closed.
    closings: watch::Sender<u64>,
    lines: Mutex<Vec<Weak<State>>>,
}

impl Gate {
    /// Refuses new connections for a time, and resets those that are open.
    pub(crate) async fn close(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut closings = self.closings.subscribe();
        {
            let mut closed = self
                .closed_until
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *closed = Some(closed.map_or(until, |known| known.max(until)));
        }
        self.changed.notify_one();
        // Only then, so that nobody who connects again is let in. A listener that is
        // closed already is not closed again.
        let _ = timeout(PAUSE, closings.changed()).await;
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines.drain(..).filter_map(|line| line.upgrade()) {
            line.reset();
        }
    }

    /// Until when connections are refused, if they are.
    fn closed_until(&self) -> Option<Instant> {
        let mut closed = self
            .closed_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *closed = closed.filter(|until| *until > Instant::now());
        *closed
    }

    fn add(&self, line: &Line) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|known| known.strong_count() > 0);
        lines.push(Arc::downgrade(&line.0));
    }
}

/// A listener behind a gate.
#[derive(Debug)]
pub(crate) struct Door {
    address: SocketAddr,
    listener: Option<TcpListener>,
    gate: Arc<Gate>,
}

impl Door {
    pub(crate) fn new(listener: TcpListener, gate: Arc<Gate>) -> io::Result<Self> {
        Ok(Self {
            address: listener.local_addr()?,
            listener: Some(listener),
            gate,
        })
    }
}

impl Listener for Door {
    type Io = Socket;
    type Addr = Line;

    async fn accept(&mut self) -> (Socket, Line) {
        loop {
            if let Some(until) = self.gate.closed_until() {
                if self.listener.take().is_some() {
                    self.gate.closings.send_modify(|closings| *closings += 1);
                }
                sleep_until(until).await;
                continue;
            }
            let Some(listener) = &self.listener else {
                // Somebody else may have taken the port meanwhile.
                match TcpListener::bind(self.address).await {
                    Ok(listener) => self.listener = Some(listener),
                    Err(_) => sleep(PAUSE).await,
                }
                continue;
            };
            tokio::select! {
                biased;
                () = self.gate.changed.notified() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        // Whatever delays small writes is not the sandbox's to show.
                        let _ = stream.set_nodelay(true);
                        let line = Line::default();
                        self.gate.add(&line);
                        return (Socket { stream, line: line.clone() }, line);
                    }
                    Err(_) => sleep(PAUSE).await,
                },
            }
        }
    }

    fn local_addr(&self) -> io::Result<Line> {
        Ok(Line::default())
    }
}

/// A connection, as those who answer on it know it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_reset: AtomicBool,
    reader: AtomicWaker,
}

impl State {
    fn reset(&self) {
        self.is_reset.store(true, Ordering::SeqCst);
        self.reader.wake();
    }
}

impl Line {
    /// Ends the connection at once, without a good-bye.
    pub(crate) fn reset(&self) {
        self.0.reset();
    }

    fn is_reset(&self) -> bool {
        self.0.is_reset.load(Ordering::SeqCst)
    }
}

impl Connected<IncomingStream<'_, Door>> for Line {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A connection, as bytes.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    line: Line,
}

impl Socket {
    fn check(&self) -> io::Result<()> {
        if !self.line.is_reset() {
            return Ok(());
        }
        // Without lingering, closing sends a reset instead of an orderly end.
        self.stream.set_zero_linger()?;
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.line.0.reader.register(context.waker());
        self.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
