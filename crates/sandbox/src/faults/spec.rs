//! Faults as text.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

use super::{Fault, Kind, Spoil};

/// Why a text is no [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

/// The words for what goes wrong, as messages list them.
const KINDS: &str = "latency, status, busy, refuse, reset, cut, invalid-json, html, \
    content-type, drip, hang, partial-error, null, unknown-enum, unknown-type, \
    repeated-cursor, endless-pages, wrong-count";
/// The words for conditions.
const CONDITIONS: &str = "jitter, times, skip, chance, on, after-running";

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut words = text.split_whitespace();
        let Some(first) = words.next() else {
            return Err(FaultError(format!(
                "a fault begins with what happens: {KINDS}"
            )));
        };
        let mut fault = Self::new(Word::of(first).kind()?);
        for word in words {
            Word::of(word).add_to(&mut fault)?;
        }
        Ok(fault)
    }
}

/// A word with what follows its `=`.
struct Word<'t> {
    name: &'t str,
    value: Option<&'t str>,
}

impl<'t> Word<'t> {
    fn of(text: &'t str) -> Self {
        match text.split_once('=') {
            Some((name, value)) => Self {
                name,
                value: Some(value),
            },
            None => Self {
                name: text,
                value: None,
            },
        }
    }

    fn kind(&self) -> Result<Kind, FaultError> {
        let path = || self.value.map(str::to_owned);
        Ok(match self.name {
            "latency" => Kind::Latency {
                least: self.time()?,
                jitter: Duration::ZERO,
            },
            "status" => {
                let status: u16 = self.parsed("a status from 400 to 599, such as 503")?;
                if !(400..600).contains(&status) {
                    return Err(self.wants("a status from 400 to 599, such as 503"));
                }
                Kind::Status(status)
            }
            "refuse" => Kind::Refuse(self.time()?),
            "drip" => Kind::Drip(self.time()?),
            "busy" => self.alone(Kind::Busy)?,
            "reset" => self.alone(Kind::Reset)?,
            "cut" => self.alone(Kind::Cut)?,
            "invalid-json" => self.alone(Kind::InvalidJson)?,
            "html" => self.alone(Kind::Html)?,
            "content-type" => self.alone(Kind::ContentType)?,
            "hang" => self.alone(Kind::Hang)?,
            "partial-error" => Kind::Spoil(Spoil::PartialError(path())),
            "null" => Kind::Spoil(Spoil::Null(path())),
            "unknown-enum" => Kind::Spoil(Spoil::UnknownEnum(path())),
            "unknown-type" => Kind::Spoil(Spoil::UnknownType(path())),
            "repeated-cursor" => self.alone(Kind::Spoil(Spoil::RepeatedCursor))?,
            "endless-pages" => self.alone(Kind::Spoil(Spoil::EndlessPages))?,
            "wrong-count" => self.alone(Kind::Spoil(Spoil::WrongCount))?,
            name => {
                return Err(FaultError(format!(
                    "`{name}` is nothing that can happen; there are {KINDS}"
                )));
            }
        })
    }

    fn add_to(&self, fault: &mut Fault) -> Result<(), FaultError> {
        match (self.name, &mut fault.kind) {
            ("jitter", Kind::Latency { jitter, .. }) => *jitter = self.time()?,
            ("jitter", _) => {
                return Err(FaultError("only `latency` has a `jitter`".to_owned()));
            }
            ("times", _) => fault.times = Some(self.parsed("a number of requests")?),
            ("skip", _) => fault.skip = self.parsed("a number of requests")?,
            ("chance", _) => {
                let wanted = "a probability from 0 to 1, such as 0.25";
                let chance: f64 = self.parsed(wanted)?;
                if !(0.0..=1.0).contains(&chance) {
                    return Err(self.wants(wanted));
                }
                fault.chance = Some(chance);
            }
            ("on", _) => {
                let name = self.value.filter(|name| !name.is_empty());
                let name = name.ok_or_else(|| self.wants("the name of an operation or field"))?;
                fault.on = Some(name.to_owned());
            }
            ("after-running", _) => fault.after_running = self.alone(true)?,
            (name, _) => {
                return Err(FaultError(format!(
                    "`{name}` is no condition; there are {CONDITIONS}"
                )));
            }
        }
        Ok(())
    }

    fn time(&self) -> Result<Duration, FaultError> {
        let wanted = "a time such as 50ms or 2s";
        let time: SignedDuration = self.parsed(wanted)?;
        Duration::try_from(time).map_err(|_| self.wants(wanted))
    }

    fn parsed<T: FromStr>(&self, wanted: &str) -> Result<T, FaultError> {
        let parsed = self.value.and_then(|value| value.parse().ok());
        parsed.ok_or_else(|| self.wants(wanted))
    }

    fn alone<T>(&self, value: T) -> Result<T, FaultError> {
        match self.value {
            None => Ok(value),
            Some(_) => Err(FaultError(format!(
                "`{}` stands alone, without `=`",
                self.name
            ))),
        }
    }

    fn wants(&self, wanted: &str) -> FaultError {
        let name = self.name;
        FaultError(match self.value {
            Some(value) => format!("`{name}` wants {wanted}, but has `{value}`"),
            None => format!("`{name}` wants {wanted}, after a `=`"),
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |f: &mut fmt::Formatter<'_>, name: &str, path: &Option<String>| match path {
            Some(path) => write!(f, "{name}={path}"),
            None => f.write_str(name),
        };
        match &self.kind {
            Kind::Latency { least, jitter } => {
                write!(f, "latency={}", Time(*least))?;
                if !jitter.is_zero() {
                    write!(f, " jitter={}", Time(*jitter))?;
                }
            }
            Kind::Status(status) => write!(f, "status={status}")?,
            Kind::Busy => f.write_str("busy")?,
            Kind::Refuse(time) => write!(f, "refuse={}", Time(*time))?,
            Kind::Reset => f.write_str("reset")?,
            Kind::Cut => f.write_str("cut")?,
            Kind::InvalidJson => f.write_str("invalid-json")?,
            Kind::Html => f.write_str("html")?,
            Kind::ContentType => f.write_str("content-type")?,
            Kind::Drip(pause) => write!(f, "drip={}", Time(*pause))?,
            Kind::Hang => f.write_str("hang")?,
            Kind::Spoil(Spoil::PartialError(path)) => with(f, "partial-error", path)?,
            Kind::Spoil(Spoil::Null(path)) => with(f, "null", path)?,
            Kind::Spoil(Spoil::UnknownEnum(path)) => with(f, "unknown-enum", path)?,
            Kind::Spoil(Spoil::UnknownType(path)) => with(f, "unknown-type", path)?,
            Kind::Spoil(Spoil::RepeatedCursor) => f.write_str("repeated-cursor")?,
            Kind::Spoil(Spoil::EndlessPages) => f.write_str("endless-pages")?,
            Kind::Spoil(Spoil::WrongCount) => f.write_str("wrong-count")?,
        }
        if self.after_running {
            f.write_str(" after-running")?;
        }
        if let Some(name) = &self.on {
            write!(f, " on={name}")?;
        }
        if self.skip > 0 {
            write!(f, " skip={}", self.skip)?;
        }
        if let Some(times) = self.times {
            write!(f, " times={times}")?;
        }
        if let Some(chance) = self.chance {
            write!(f, " chance={chance}")?;
        }
        Ok(())
    }
}

/// A time without white space.
struct Time(Duration);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX);
        let text = format!("{time:#}");
        f.write_str(&text.replace(' ', ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_as_it_is_written() {
        for text in [
            "latency=50ms",
            "latency=1s500ms jitter=20ms chance=0.25",
            "status=503 times=2",
            "status=504 after-running on=buildCreate skip=1 times=1",
            "busy",
            "refuse=200ms",
            "reset after-running",
            "cut on=RecentBuilds",
            "invalid-json",
            "html",
            "content-type",
            "drip=10ms",
            "hang",
            "partial-error",
            "partial-error=organization.pipelines.edges.0.node.slug",
            "null=pipeline.name",
            "unknown-enum",
            "unknown-type",
            "repeated-cursor",
            "endless-pages",
            "wrong-count",
        ] {
            let fault: Fault = text
                .parse()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(fault.to_string(), text);
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
    }

    #[test]
    fn what_is_no_fault_is_explained() {
        for (text, part) in [
            ("", "begins with what happens"),
            ("  ", "begins with what happens"),
            ("boom", "`boom` is nothing that can happen"),
            ("status", "`status` wants a status"),
            ("status=200", "but has `200`"),
            ("status=x", "but has `x`"),
            ("latency=soon", "a time such as 50ms"),
            ("latency=-5ms", "a time such as 50ms"),
            ("busy=1", "`busy` stands alone"),
            ("busy jitter=1ms", "only `latency`"),
            ("busy chance=2", "from 0 to 1"),
            ("busy times=-1", "a number of requests"),
            ("busy on=", "the name of an operation"),
            ("busy often", "`often` is no condition"),
            ("reset after-running=yes", "`after-running` stands alone"),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
