//! Putting the pages of a connection together.

use super::Connection;
use crate::relay::Direction;

impl<T> Connection<T> {
    /// The rows of this page, in order, to be changed.
    pub fn nodes_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let has_edges = self.edges.is_some();
        let edges = self.edges.iter_mut().flatten().flatten();
        let bare = self.nodes.iter_mut().filter(move |_| !has_edges);
        edges
            .filter_map(|edge| edge.node.as_mut())
            .chain(bare.flatten().flatten())
    }

    /// Leaves out the rows for which `keep` says so; it is asked for each that is not
    /// null, in order.
    pub(in crate::relay) fn retain_nodes(&mut self, mut keep: impl FnMut() -> bool) {
        if let Some(edges) = &mut self.edges {
            edges.retain(|edge| match edge {
                Some(edge) if edge.node.is_some() => keep(),
                _ => true,
            });
        } else if let Some(nodes) = &mut self.nodes {
            nodes.retain(|node| node.is_none() || keep());
        }
    }

    /// Adds the page that comes next in this direction: its rows behind those that are
    /// here, or before them. The connection then ends where that page does.
    pub(in crate::relay) fn absorb(&mut self, page: Self, direction: Direction) {
        self.count = page.count.or(self.count);
        self.edges = joined(self.edges.take(), page.edges, direction);
        self.nodes = joined(self.nodes.take(), page.nodes, direction);
        let (Some(here), Some(there)) = (&mut self.page_info, page.page_info) else {
            return;
        };
        // An empty page has no cursors.
        match direction {
            Direction::Forward => {
                here.has_next_page = there.has_next_page;
                here.end_cursor = there.end_cursor.or(here.end_cursor.take());
            }
            Direction::Backward => {
                here.has_previous_page = there.has_previous_page;
                here.start_cursor = there.start_cursor.or(here.start_cursor.take());
            }
        }
    }
}

fn joined<R>(here: Option<Vec<R>>, there: Option<Vec<R>>, direction: Direction) -> Option<Vec<R>> {
    let (here, there) = match (here, there) {
        (Some(here), Some(there)) => (here, there),
        (here, there) => return here.or(there),
    };
    let (mut first, second) = match direction {
        Direction::Forward => (here, there),
        Direction::Backward => (there, here),
    };
    first.extend(second);
    Some(first)
}
