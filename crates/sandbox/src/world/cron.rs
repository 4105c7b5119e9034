//! When schedules come due: lines as they are written for cron, in UTC.

use super::time::Time;

/// Seconds of a day.
const DAY: u64 = 86_400;
/// How many days a line is looked for until it is taken as one that never comes due: as
/// many as lie between two leap days at the most.
const REACH: u64 = 8 * 366;

/// The days and minutes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cron {
    line: String,
    /// The minutes of the day, rising.
    minutes: Vec<u64>,
    days: Set,
    months: Set,
    weekdays: Set,
    /// Whether both the day of the month and that of the week are restricted; one of
    /// them is enough then.
    either_day: bool,
}

/// Numbers below 64.
type Set = u64;

impl Cron {
    /// Reads a line: five fields of numbers, ranges, steps and lists, or one of the
    /// names for them (`@daily`). A time zone after it is let through, and taken as UTC.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        let fields: Vec<&str> = if let Some(fields) = named(first) {
            fields.split(' ').collect()
        } else {
            [first].into_iter().chain(words.by_ref().take(4)).collect()
        };
        let zone = words.next();
        let is_zone = |word: &str| word == "UTC" || word.contains('/');
        let [minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(format!("{line:?} is not five fields"));
        };
        if words.next().is_some() || !zone.is_none_or(is_zone) {
            return Err(format!("{line:?} has more than five fields"));
        }
        let minutes = set("minute", minute, 0, 59, &[])?;
        let hours = set("hour", hour, 0, 23, &[])?;
        // Sunday is 0 and 7.
        let weekdays = set("day of the week", weekday, 0, 7, WEEKDAYS)?;
        let weekdays = weekdays | weekdays >> 7 & 1;
        let of = |set: Set, most: u64| (0..most).filter(move |number| set >> number & 1 == 1);
        Ok(Self {
            line: line.trim().to_owned(),
            minutes: of(hours, 24)
                .flat_map(|hour| of(minutes, 60).map(move |minute| hour * 60 + minute))
                .collect(),
            days: set("day of the month", day, 1, 31, &[])?,
            months: set("month", month, 1, 12, MONTHS)?,
            weekdays,
            either_day: !day.starts_with('*') && !weekday.starts_with('*'),
        })
    }

    /// The line as it was written.
    pub(crate) fn line(&self) -> &str {
        &self.line
    }

    /// The first time after this one.
    pub(crate) fn next_after(&self, time: Time) -> Option<Time> {
        (0..REACH).find_map(|day| {
            let midnight = time.midnight().after(day * DAY);
            let later = |minute: &u64| midnight.after(minute * 60) > time;
            let place = self.minutes.partition_point(|minute| !later(minute));
            self.at(midnight, *self.minutes.get(place)?)
        })
    }

    /// The last time that is not after this one, if it lies within so many days.
    pub(crate) fn last_until(&self, time: Time, days: u64) -> Option<Time> {
        (0..=days.min(REACH)).find_map(|day| {
            let midnight = time.midnight().before(day * DAY);
            let place = self
                .minutes
                .partition_point(|minute| midnight.after(minute * 60) <= time);
            self.at(midnight, *self.minutes.get(place.checked_sub(1)?)?)
        })
    }

    /// This minute of the day that begins at a midnight, if the day is one of the line's.
    fn at(&self, midnight: Time, minute: u64) -> Option<Time> {
        let (month, day, weekday) = midnight.calendar();
        let on_day = self.days >> day & 1 == 1;
        let on_weekday = self.weekdays >> weekday & 1 == 1;
        let is_day = if self.either_day {
            on_day || on_weekday
        } else {
            on_day && on_weekday
        };
        (is_day && self.months >> month & 1 == 1).then(|| midnight.after(minute * 60))
    }
}

const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS: &[&str] = &[
    "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

fn named(word: &str) -> Option<&'static str> {
    Some(match word {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        _ => return None,
    })
}

/// The numbers of a field.
fn set(what: &str, field: &str, least: u64, most: u64, names: &[&str]) -> Result<Set, String> {
    let wrong = || format!("{field:?} is not a {what} from {least} to {most}");
    let number = |text: &str| {
        let named = names
            .iter()
            .position(|name| !name.is_empty() && name.eq_ignore_ascii_case(text));
        let number = match named {
            Some(place) => u64::try_from(place).ok(),
            None => text.parse().ok(),
        };
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(wrong)
    };
    let mut set = 0;
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from)?, number(to)?),
            // A step goes on to the end; a number alone is that number.
            None if step.is_some() => (number(range)?, most),
            None => (number(range)?, number(range)?),
        };
        let step: usize = step.unwrap_or("1").parse().map_err(|_| wrong())?;
        if from > to || step == 0 {
            return Err(wrong());
        }
        for number in (from..=to).step_by(step) {
            set |= 1 << number;
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        Time::parse(&format!("{text}:00Z")).unwrap()
    }

    #[test]
    fn lines_know_the_times_around_any_other() {
        let twice = Cron::parse("30 4,16 * * *").unwrap();
        assert_eq!(twice.line(), "30 4,16 * * *");
        for (now, last, next) in [
            ("20T12:00", "20T04:30", "20T16:30"),
            ("20T16:30", "20T16:30", "21T04:30"),
            ("20T00:00", "19T16:30", "20T04:30"),
            ("20T23:59", "20T16:30", "21T04:30"),
        ] {
            let time = |text| time(&format!("2026-11-{text}"));
            assert_eq!(twice.last_until(time(now), 1), Some(time(last)));
            assert_eq!(twice.next_after(time(now)), Some(time(next)));
        }
    }

    #[test]
    fn every_form_of_a_field_is_read() {
        // 2026-11-20 is a Friday.
        for (line, next) in [
            ("* * * * *", "2026-11-20T12:01"),
            ("*/20 * * * *", "2026-11-20T12:20"),
            ("5/20 12 * * *", "2026-11-20T12:05"),
            ("0 9-17/4 * * *", "2026-11-20T13:00"),
            ("0 0 * * 7", "2026-11-22T00:00"),
            ("0 0 * * mon-wed", "2026-11-23T00:00"),
            ("0 0 1 * *", "2026-12-01T00:00"),
            ("0 0 1 JAN *", "2027-01-01T00:00"),
            ("0 0 29 2 *", "2028-02-29T00:00"),
            ("0 0 25 * sat", "2026-11-21T00:00"),
            ("@daily", "2026-11-21T00:00"),
            ("@weekly", "2026-11-22T00:00"),
            ("0 7 * * * Europe/Berlin", "2026-11-21T07:00"),
        ] {
            let cron = Cron::parse(line).unwrap();
            assert_eq!(
                cron.next_after(time("2026-11-20T12:00")),
                Some(time(next)),
                "{line}"
            );
        }
        assert_eq!(
            Cron::parse("0 0 31 2 *")
                .unwrap()
                .next_after(time("2026-11-20T12:00")),
            None
        );
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for line in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "5-1 * * * *",
            "*/0 * * * *",
            "a * * * *",
            "@often",
            "1,,2 * * * *",
            "99999999999999999999 * * * *",
        ] {
            assert!(Cron::parse(line).is_err(), "{line}");
        }
    }
}
