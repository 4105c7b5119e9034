//! Clusters and their agent tokens: made, changed, taken away.

use apollo_compiler::resolvers::FieldError;

use super::payload::Payload;
use super::{Change, Outcome};
use crate::execute::error;
use crate::fields::VIEWER;
use crate::world::chance::hex;
use crate::world::clusters::{Cluster, ClusterToken};
use crate::world::ids::Entity;

/// `clusterCreate`: a new cluster, without queues.
pub(super) fn create(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let input = change.input;
    let name = input.text("name").unwrap_or_default();
    name_is_free(change, &name, None)?;
    let cluster = change.state.clusters.add(Cluster {
        name,
        description: input.text("description"),
        emoji: input.text("emoji"),
        color: input.text("color"),
        created_by: Some(VIEWER),
        ..Cluster::default()
    });
    Ok(Payload::default().with("cluster", Entity::Cluster(cluster)))
}

/// `clusterUpdate`: other words for a cluster, or another default queue.
pub(super) fn update(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let number = named(change, "id")?;
    let input = change.input;
    if let Some(name) = input.text("name") {
        name_is_free(change, &name, Some(number))?;
    }
    let mut default_queue = None;
    if input.text("defaultQueueId").is_some() {
        let queue = super::queues::named(change, "defaultQueueId")?;
        let is_own = change.state.queues.get(queue).map(|queue| queue.cluster) == Some(number);
        if !is_own {
            return Err(error("The default queue must be one of the cluster's"));
        }
        default_queue = Some(queue);
    }
    if let Some(cluster) = change.state.clusters.get_mut(number) {
        input.rename("name", &mut cluster.name);
        input.replace("description", &mut cluster.description);
        input.replace("emoji", &mut cluster.emoji);
        input.replace("color", &mut cluster.color);
        if default_queue.is_some() {
            cluster.default_queue = default_queue;
        }
    }
    Ok(Payload::default().with("cluster", Entity::Cluster(number)))
}

/// `clusterDelete`: a cluster that nothing needs goes, with its queues and tokens.
pub(super) fn delete(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let number = named(change, "id")?;
    let mut pipelines = change.state.pipelines.iter();
    if let Some((_, pipeline)) = pipelines.find(|(_, pipeline)| pipeline.cluster == number) {
        let slug = &pipeline.slug;
        return Err(error(format!(
            "The cluster cannot be deleted, because the pipeline {slug:?} belongs to it"
        )));
    }
    let queues: Vec<u64> = change
        .state
        .queues_of(number)
        .map(|(queue, _)| queue)
        .collect();
    for queue in &queues {
        super::queues::is_deserted(change, *queue)?;
    }
    for queue in queues {
        change.state.queues.remove(queue);
    }
    change.state.clusters.remove(number);
    Ok(Payload::default().with_leaf("deletedClusterId", change.input.text("id")))
}

/// `clusterAgentTokenCreate`: a new token, whose value is shown this once.
pub(super) fn create_token(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let number = named(change, "clusterId")?;
    let input = change.input;
    let token = ClusterToken {
        description: input.text("description").unwrap_or_default(),
        allowed_ip_addresses: input.text("allowedIpAddresses"),
        expires_at: input.time("expiresAt")?,
        created_by: Some(VIEWER),
    };
    if token.expires_at.is_some_and(|at| at <= change.world().now) {
        return Err(error("`expiresAt` must be in the future"));
    }
    let Some(cluster) = change.state.clusters.get_mut(number) else {
        return Err(error("No cluster found"));
    };
    let token = Entity::ClusterToken(number, cluster.tokens.add(token));
    let value = hex(change.world().draw("agent token", token), 40);
    Ok(Payload::default()
        .with("clusterAgentToken", token)
        .with_leaf("tokenValue", value))
}

/// `clusterAgentTokenUpdate`: other words or addresses for a token.
pub(super) fn update_token(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let (cluster, token) = named_token(change)?;
    let input = change.input;
    let clusters = &mut change.state.clusters;
    if let Some(token) = clusters
        .get_mut(cluster)
        .and_then(|it| it.tokens.get_mut(token))
    {
        input.rename("description", &mut token.description);
        input.replace("allowedIpAddresses", &mut token.allowed_ip_addresses);
    }
    let token = Entity::ClusterToken(cluster, token);
    Ok(Payload::default().with("clusterAgentToken", token))
}

/// `clusterAgentTokenRevoke`: a token goes.
pub(super) fn revoke_token(change: &mut Change<'_, '_>) -> Outcome {
    change.organization("organizationId")?;
    let (cluster, token) = named_token(change)?;
    if let Some(cluster) = change.state.clusters.get_mut(cluster) {
        cluster.tokens.remove(token);
    }
    Ok(Payload::default().with_leaf("deletedClusterAgentTokenId", change.input.text("id")))
}

/// The cluster that the ID in a field of the input stands for.
pub(super) fn named(change: &Change<'_, '_>, field: &str) -> Result<u64, FieldError> {
    change.named(field, "cluster", |entity| match entity {
        Entity::Cluster(cluster) => Some(cluster),
        _ => None,
    })
}

fn named_token(change: &Change<'_, '_>) -> Result<(u64, u64), FieldError> {
    change.named("id", "agent token", |entity| match entity {
        Entity::ClusterToken(cluster, token) => Some((cluster, token)),
        _ => None,
    })
}

fn name_is_free(change: &Change<'_, '_>, name: &str, own: Option<u64>) -> Result<(), FieldError> {
    let clusters = change.state.clusters.iter();
    let others = clusters.filter(|(number, _)| Some(*number) != own);
    super::is_free(
        "Name",
        name,
        others.map(|(_, cluster)| cluster.name.as_str()),
    )
}
