//! Both windows, and what is reserved of them.

use std::collections::BTreeMap;

use super::window::{Others, Told, Window, share};
use super::{Millis, duration, millis};
use crate::budget::{Decision, Request, Settlement};

/// How long others wait for the first answer, which tells what there is.
const PATIENCE: Millis = 2_000;
/// Reservations of an old window that are older count no more: their futures may be ones
/// that nobody polls.
const FORGOTTEN: Millis = 5_000;
/// Moments that lie no further apart are the same.
const SAME: Millis = 5;

#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) organization: Option<Window>,
    pub(super) user: Option<Window>,
    /// By ticket.
    reservations: BTreeMap<u64, Reservation>,
    /// Whoever waits longest for points that all share.
    oldest: Option<Oldest>,
    /// Whether somebody waits for an oldest that waits no more.
    pub(super) has_new_turn: bool,
    /// Until when the first outcome is waited for.
    probed_until: Millis,
    /// Whether there was one.
    is_probed: bool,
    /// Reservations so far, and how many there were when a window was last told of.
    tickets: u64,
    told_at: u64,
    /// All that was ever spent.
    spent: u64,
}

#[derive(Debug, Clone, Copy)]
struct Reservation {
    points: u64,
    made_at: Millis,
    /// What was spent before.
    spent_before: u64,
    /// Whether it still counts.
    counts: bool,
}

#[derive(Debug, Clone, Copy)]
struct Oldest {
    since: Millis,
    /// From then on what the others take is missing.
    from: Millis,
    /// By then it has asked again, or is gone.
    until: Millis,
}

impl View {
    pub(super) fn reserve(&mut self, request: Request, now: Millis) -> Decision {
        self.roll(now);
        let reserved = self.reserved();
        let others_hold = self.others_hold();
        if !self.is_probed && others_hold && now < self.probed_until {
            return Decision::Wait {
                time: Some(duration(self.probed_until - now)),
                others_hold,
            };
        }
        let since = now - millis(request.waited);
        if let Some(oldest) = self.oldest
            && (oldest.from..oldest.until).contains(&now)
            && oldest.since + SAME < since
        {
            return Decision::Wait {
                time: Some(duration(oldest.until - now)),
                others_hold: true,
            };
        }
        let user = self.user.map(|window| (window, request.ceiling));
        let organization = self.organization.map(|window| (window, 1.0));
        let mut until = None;
        // From when on points that others take are missing, if they are.
        let mut from = None;
        for (window, ceiling) in [user, organization].into_iter().flatten() {
            let share = share(window.limit, ceiling);
            let most = share.min(window.limit.saturating_sub(request.floor));
            if most == 0 {
                return Decision::never(window.limit);
            }
            // What never fits is let through when all is there.
            let points = request.points.min(most);
            // Somebody has to ask whether what is taken for spent was.
            let unconfirmed = if others_hold { 0 } else { window.unconfirmed };
            let remaining = window.remaining.saturating_add(unconfirmed);
            let spent = window.spent.saturating_sub(unconfirmed);
            let kept = request.floor.saturating_add(reserved);
            let free = remaining.saturating_sub(kept);
            let own = share.saturating_sub(spent.saturating_add(reserved));
            // Nobody knows what it costs, and the server runs it while a point is left.
            // That may leave less than nothing, which floor and ceiling forbid.
            let may_overdraw = request.floor == 0 && ceiling >= 1.0;
            let is_tried = may_overdraw && !others_hold && request.least <= remaining;
            if points > free.min(own) && !is_tried {
                until = until.max(Some(window.ends.latest));
                // Only what comes back could still be enough in this window.
                let could_come = points <= share.saturating_sub(spent)
                    && points.saturating_add(request.floor) <= remaining;
                from = from.max(Some(if could_come {
                    now
                } else {
                    window.ends.earliest
                }));
            }
        }
        if let (Some(until), Some(from)) = (until, from) {
            if self
                .oldest
                .is_none_or(|oldest| since <= oldest.since + SAME || now >= oldest.until)
            {
                self.oldest = Some(Oldest {
                    since,
                    from,
                    until: until + PATIENCE,
                });
            }
            return Decision::Wait {
                time: Some(duration(until - now)),
                others_hold,
            };
        }
        self.withdraw(since);
        if !others_hold {
            self.probed_until = now + PATIENCE;
        }
        self.tickets += 1;
        let reservation = Reservation {
            points: request.points,
            made_at: now,
            spent_before: self.spent,
            counts: true,
        };
        self.reservations.insert(self.tickets, reservation);
        Decision::Granted(self.tickets)
    }

    pub(super) fn settle(&mut self, settlement: Settlement, now: Millis) {
        self.roll(now);
        let Some(reservation) = self.reservations.remove(&settlement.ticket) else {
            return;
        };
        self.is_probed |= settlement.sent_ago.is_some();
        let others = Others {
            ended: self.spent.saturating_sub(reservation.spent_before),
            under_way: self.reserved(),
        };
        self.spent = self.spent.saturating_add(settlement.cost);
        let sent_at = now - millis(settlement.sent_ago.unwrap_or_default());
        // Nothing that was sent later has told of a window.
        let is_newer = settlement.ticket > self.told_at;
        let Self {
            organization, user, ..
        } = self;
        for (known, told) in [
            (organization, settlement.organization),
            (user, settlement.user),
        ] {
            let told = told.and_then(|window| Told::new(window, others, sent_at, now));
            if told.is_some() {
                self.told_at = self.tickets;
            }
            *known = match (*known, told) {
                (Some(window), Some(told)) => Some(window.told(told, settlement.cost, is_newer)),
                (Some(window), None) => Some(window.spend(settlement)),
                (None, Some(told)) => Some(Window::new(told, told.least, settlement.cost)),
                (None, None) => None,
            };
        }
    }

    /// Nobody waits any more who came at this moment.
    pub(super) fn withdraw(&mut self, since: Millis) {
        if self
            .oldest
            .is_some_and(|oldest| (since - oldest.since).abs() <= SAME)
        {
            self.oldest = None;
            self.has_new_turn = true;
        }
    }

    /// Points that are reserved, as far as they count.
    pub(super) fn reserved(&self) -> u64 {
        let counting = self.reservations.values().filter(|made| made.counts);
        counting.fold(0, |sum: u64, made| sum.saturating_add(made.points))
    }

    /// Whether somebody may give points back.
    fn others_hold(&self) -> bool {
        self.reservations.values().any(|made| made.counts)
    }

    /// Forgets reservations of an old window whose answers nobody may be waiting for.
    fn forget(&mut self, now: Millis) {
        for made in self.reservations.values_mut() {
            made.counts &= now - made.made_at <= FORGOTTEN;
        }
    }

    /// Begins the windows anew that have ended.
    fn roll(&mut self, now: Millis) {
        let windows = [self.organization, self.user];
        let mut windows = windows.into_iter().flatten();
        if windows.any(|window| now >= window.ends.latest) {
            self.forget(now);
        }
        for window in [&mut self.organization, &mut self.user]
            .into_iter()
            .flatten()
        {
            if now >= window.ends.latest {
                *window = window.after(now);
            }
        }
    }
}
