//! Points in time of the world, in whole seconds, never read from a clock.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Twice as far from the epoch as any time that can be written.
const REACH: i64 = 1 << 39;

/// A point in time: seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(i64);

impl Time {
    /// This much later, in seconds.
    pub(crate) fn after(self, seconds: u64) -> Self {
        Self(self.0.saturating_add_unsigned(seconds))
    }

    /// This much earlier, in seconds.
    pub(crate) fn before(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub_unsigned(seconds))
    }

    /// The beginning of the day, in UTC.
    pub(crate) fn midnight(self) -> Self {
        Self(self.0 - self.0.rem_euclid(86_400))
    }

    /// The month, the day of the month and the day of the week (Sunday is 0), in UTC.
    pub(crate) fn calendar(self) -> (u8, u8, u8) {
        let instant = Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        let date = TimeZone::UTC.to_datetime(instant).date();
        let part = |number: i8| u8::try_from(number).unwrap_or(0);
        (
            part(date.month()),
            part(date.day()),
            part(date.weekday().to_sunday_zero_offset()),
        )
    }

    /// A number below 2⁴¹ that falls as time goes on: sorted by it, the newest comes
    /// first.
    pub(crate) fn newest_first(self) -> u64 {
        u64::try_from(REACH.saturating_sub(self.0)).unwrap_or(0)
    }

    /// The time with such a number.
    pub(crate) fn from_newest_first(number: u128) -> Self {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        Self(REACH.saturating_sub(number))
    }

    /// Reads what people write in a `DateTime` argument: an instant with an
    /// offset, or a date (with or without a time), which is then taken as UTC.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Some(Self::from(instant));
        }
        let civil = text
            .parse::<DateTime>()
            .or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0)))
            .ok()?;
        Some(Self::from(TimeZone::UTC.to_timestamp(civil).ok()?))
    }
}

impl From<Timestamp> for Time {
    fn from(instant: Timestamp) -> Self {
        Self(instant.as_second())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        write!(f, "{instant}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_times_come_first_on_both_sides_of_the_epoch() {
        let mut ranks = Vec::new();
        for year in ["0001", "1960", "1970", "2026", "9999"] {
            ranks.push(
                Time::parse(&format!("{year}-01-01"))
                    .unwrap()
                    .newest_first(),
            );
        }
        assert!(ranks.iter().rev().is_sorted_by(|a, b| a < b), "{ranks:?}");
        assert!(ranks.iter().all(|rank| *rank < 1 << 41));
    }

    #[test]
    fn reads_instants_dates_and_refuses_the_rest() {
        let noon = Time::parse("2026-11-20T12:00:00Z").unwrap();
        assert_eq!(noon.to_string(), "2026-11-20T12:00:00Z");
        assert_eq!(Time::parse("2026-11-20T13:00:00+01:00"), Some(noon));
        assert_eq!(Time::parse("2026-11-20T12:00:00"), Some(noon));
        assert_eq!(Time::parse("2026-11-20"), Some(noon.before(43_200)));
        assert_eq!(Time::parse("yesterday"), None);
    }
}
