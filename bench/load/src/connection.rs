//! One keep-alive connection with at most one request on its way.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use crate::answer::{self, Answer};

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Ready for a request.
    Idle,
    /// Told to wait before its next request.
    Paused {
        /// When it may go on.
        until: Instant,
    },
    /// Done for good.
    Stopped,
    /// Its request is on its way.
    Waiting {
        /// When the request was to be sent: latency counts from here, so time
        /// spent queueing for a free connection is not forgotten.
        due: Instant,
    },
}

/// What came of reading.
pub enum Received<'a> {
    /// The server closed the connection, or it failed.
    Closed,
    /// Not all has arrived yet.
    Partly,
    /// A whole response.
    Whole(Answer<'a>),
}

/// A connection, its buffers and its state.
pub struct Connection {
    /// The socket, non-blocking.
    pub stream: TcpStream,
    /// What it is doing.
    pub state: State,
    /// The request being sent.
    pub output: Vec<u8>,
    written: usize,
    input: Vec<u8>,
    filled: usize,
}

impl Connection {
    /// Connects and makes the socket non-blocking.
    ///
    /// # Errors
    /// When the server does not accept.
    pub fn open(server: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            state: State::Idle,
            output: Vec::with_capacity(2048),
            written: 0,
            input: vec![0; 16 * 1024],
            filled: 0,
        })
    }

    /// Starts sending `output`, which the caller has filled.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, due: Instant) -> std::io::Result<bool> {
        self.state = State::Waiting { due };
        self.written = 0;
        self.filled = 0;
        self.flush()
    }

    /// Goes on sending; true when nothing is left to send.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn flush(&mut self) -> std::io::Result<bool> {
        while self.written < self.output.len() {
            match self.stream.write(&self.output[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Reads what has arrived.
    ///
    /// # Errors
    /// When the bytes are no HTTP response.
    pub fn receive(&mut self) -> Result<Received<'_>, answer::AnswerError> {
        if self.filled == self.input.len() {
            self.input.resize(self.input.len() * 2, 0);
        }
        match self.stream.read(&mut self.input[self.filled..]) {
            Ok(0) => return Ok(Received::Closed),
            Ok(count) => self.filled += count,
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(_) => return Ok(Received::Closed),
        }
        Ok(match answer::read(&self.input[..self.filled])? {
            Some((answer, _)) => Received::Whole(answer),
            None => Received::Partly,
        })
    }
}
