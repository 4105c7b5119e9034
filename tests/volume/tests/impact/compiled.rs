//! A set that compiles with one of the schemas, and how it differs from the same set with
//! the other.

use std::collections::{BTreeMap, BTreeSet};

use buildkite_codegen::impact::{EffectKind, Impact};
use buildkite_codegen::{Config, Diagnostics, Explained};

use crate::case::{Name, line, name_of, said, said_by};
use crate::code::Code;

pub(crate) struct Compiled {
    code: Code,
    explained: Explained,
    warnings: Diagnostics,
}

impl Compiled {
    pub(crate) fn of(config: &Config) -> Result<Self, Diagnostics> {
        let generated = config.generate()?;
        Ok(Self {
            code: Code::of(&generated),
            explained: config.explain()?,
            warnings: generated.warnings().clone(),
        })
    }

    /// What effects say of these definitions and is not so, or is so and they do not say.
    pub(crate) fn problems<'n>(
        &self,
        after: &Self,
        names: impl Iterator<Item = &'n Name> + Clone,
        impact: &Impact,
    ) -> Vec<String> {
        let mut problems = self.warnings(after, impact);
        let of = |kind, name: &Name| {
            impact
                .of(kind)
                .find(|effect| name_of(effect).as_ref() == Some(name))
        };
        for name in names {
            let difference = self.code.difference(&after.code, name);
            match (difference, of(EffectKind::ChangesType, name)) {
                (Some(difference), None) => {
                    problems.push(format!("nothing says that {name:?} differs: {difference}"));
                }
                (None, Some(effect)) => {
                    problems.push(format!("the code is the same, but {}", line(effect)));
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
            if name.1 {
                continue;
            }
            let cost = of(EffectKind::ChangesCost, name);
            let (was, is) = (self.code.complexity(name), after.code.complexity(name));
            match (was == is, cost) {
                (true, Some(effect)) => {
                    problems.push(format!("it costs the same, but {}", line(effect)));
                }
                (false, None) => {
                    problems.push(format!(
                        "nothing says that {name:?} costs {is} and not {was}"
                    ));
                }
                (true, None) | (false, Some(_)) => {}
            }
            let (was, is) = (self.points(name), after.points(name));
            if was != is && cost.is_none() {
                problems.push(format!(
                    "nothing says that {name:?} costs {is} and not {was}"
                ));
            }
        }
        problems
    }

    fn points(&self, (name, _): &Name) -> u64 {
        self.explained.operation(name).unwrap().default_complexity()
    }

    fn warnings(&self, after: &Self, impact: &Impact) -> Vec<String> {
        let mut known: BTreeMap<_, usize> = BTreeMap::new();
        for warning in &self.warnings {
            *known.entry((warning.code(), said(warning).0)).or_default() += 1;
        }
        let new = after.warnings.iter().filter(|warning| {
            match known.get_mut(&(warning.code(), said(warning).0)) {
                Some(times) if *times > 0 => {
                    *times -= 1;
                    false
                }
                _ => true,
            }
        });
        let new: BTreeSet<_> = new.map(said).collect();
        let effects = impact.of(EffectKind::Warns);
        let by_lints = effects.filter(|effect| !effect.message().starts_with("rustc warns"));
        let told: BTreeSet<_> = by_lints.map(said_by).collect();
        let not_told = new.difference(&told);
        let not_so = told.difference(&new);
        not_told
            .map(|warning| format!("nothing says that it warns: {warning:?}"))
            .chain(not_so.map(|effect| format!("no lint warns: {effect:?}")))
            .collect()
    }
}
