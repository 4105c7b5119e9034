//! The kinds of changes, and how much each matters to clients.

use std::fmt;

use serde::{Serialize, Serializer};

/// What a change can do to operations that are valid now.
///
/// The order is that of the harm, so that the worst of several is their maximum.
///
/// ```
/// use buildkite_codegen::schema::diff::ChangeSeverity;
///
/// assert!(ChangeSeverity::Safe < ChangeSeverity::Dangerous);
/// assert!(ChangeSeverity::Dangerous < ChangeSeverity::Breaking);
/// assert_eq!(ChangeSeverity::Breaking.to_string(), "breaking");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeSeverity {
    /// Every operation goes on working as it did.
    Safe,
    /// Every operation goes on being valid, but some may do something else, or
    /// be answered with something that nobody knew of.
    Dangerous,
    /// Some operations are refused, or answered with what they do not allow for.
    Breaking,
}

impl ChangeSeverity {
    /// The name in small letters, as it is in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Dangerous => "dangerous",
            Self::Breaking => "breaking",
        }
    }
}

impl fmt::Display for ChangeSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for ChangeSeverity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Declares the kinds in one table, so that name and severity cannot be forgotten.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal $severity:ident $origin:ident,)*) => {
        /// What sort of change it is.
        ///
        /// Of the sorts that graphql-js finds with `findBreakingChanges` and
        /// `findDangerousChanges`, name and severity are the same as there. It says
        /// nothing about others; those are kinds of our own, with the severity that
        /// its rules give to what is most like them.
        /// [`is_of_graphql_js`](Self::is_of_graphql_js) tells the two apart.
        ///
        /// ```
        /// use buildkite_codegen::schema::diff::{ChangeKind, ChangeSeverity};
        ///
        /// assert_eq!(ChangeKind::FieldRemoved.name(), "FIELD_REMOVED");
        /// assert_eq!(ChangeKind::FieldRemoved.severity(), ChangeSeverity::Breaking);
        /// assert!(ChangeKind::FieldRemoved.is_of_graphql_js());
        /// assert!(!ChangeKind::DeprecationAdded.is_of_graphql_js());
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ChangeKind {
            $($(#[$doc])* $kind,)*
        }

        impl ChangeKind {
            /// All kinds, in the order of their severity.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The name as it is in JSON.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// How much a change of this kind matters.
            pub const fn severity(self) -> ChangeSeverity {
                match self {
                    $(Self::$kind => ChangeSeverity::$severity,)*
                }
            }

            /// Whether graphql-js reports such changes, too.
            pub const fn is_of_graphql_js(self) -> bool {
                match self {
                    $(Self::$kind => kinds!(@$origin),)*
                }
            }
        }
    };
    (@theirs) => { true };
    (@ours) => { false };
}

kinds! {
    /// A type is gone. A built-in scalar is gone when nothing uses it any more.
    TypeRemoved "TYPE_REMOVED" Breaking theirs,
    /// A type is of another kind, such as an interface that was an object type.
    TypeChangedKind "TYPE_CHANGED_KIND" Breaking theirs,
    /// A union has lost one of its types.
    TypeRemovedFromUnion "TYPE_REMOVED_FROM_UNION" Breaking theirs,
    /// An enum has lost a value.
    ValueRemovedFromEnum "VALUE_REMOVED_FROM_ENUM" Breaking theirs,
    /// An input object wants a field that nobody sends yet.
    RequiredInputFieldAdded "REQUIRED_INPUT_FIELD_ADDED" Breaking theirs,
    /// A type no longer implements an interface.
    ImplementedInterfaceRemoved "IMPLEMENTED_INTERFACE_REMOVED" Breaking theirs,
    /// A field of an object type, interface or input object is gone.
    FieldRemoved "FIELD_REMOVED" Breaking theirs,
    /// A field has a type that clients of the old one cannot read, or, of an input
    /// object, cannot send.
    FieldChangedKind "FIELD_CHANGED_KIND" Breaking theirs,
    /// A field wants an argument that nobody sends yet.
    RequiredArgAdded "REQUIRED_ARG_ADDED" Breaking theirs,
    /// An argument of a field is gone.
    ArgRemoved "ARG_REMOVED" Breaking theirs,
    /// An argument of a field refuses values that its old type took.
    ArgChangedKind "ARG_CHANGED_KIND" Breaking theirs,
    /// A directive is gone.
    DirectiveRemoved "DIRECTIVE_REMOVED" Breaking theirs,
    /// An argument of a directive is gone.
    DirectiveArgRemoved "DIRECTIVE_ARG_REMOVED" Breaking theirs,
    /// A directive wants an argument that nobody sends yet.
    RequiredDirectiveArgAdded "REQUIRED_DIRECTIVE_ARG_ADDED" Breaking theirs,
    /// A directive can stand only once at a place now.
    DirectiveRepeatableRemoved "DIRECTIVE_REPEATABLE_REMOVED" Breaking theirs,
    /// A directive can no longer stand at some kind of place.
    DirectiveLocationRemoved "DIRECTIVE_LOCATION_REMOVED" Breaking theirs,
    /// An argument of a directive refuses values that its old type took.
    DirectiveArgChangedKind "DIRECTIVE_ARG_CHANGED_KIND" Breaking ours,
    /// An input object takes exactly one of its fields now.
    OneOfAdded "ONE_OF_ADDED" Breaking ours,
    /// There are no operations of a sort any more, such as mutations.
    RootOperationRemoved "ROOT_OPERATION_REMOVED" Breaking ours,
    /// Operations of a sort start at another type.
    RootOperationChanged "ROOT_OPERATION_CHANGED" Breaking ours,

    /// An enum has a value that nobody knew of.
    ValueAddedToEnum "VALUE_ADDED_TO_ENUM" Dangerous theirs,
    /// A union has a type that nobody knew of.
    TypeAddedToUnion "TYPE_ADDED_TO_UNION" Dangerous theirs,
    /// An input object has a field more, which may be left out.
    OptionalInputFieldAdded "OPTIONAL_INPUT_FIELD_ADDED" Dangerous theirs,
    /// A field has an argument more, which may be left out.
    OptionalArgAdded "OPTIONAL_ARG_ADDED" Dangerous theirs,
    /// A type implements an interface more, whose possible types are therefore more.
    ImplementedInterfaceAdded "IMPLEMENTED_INTERFACE_ADDED" Dangerous theirs,
    /// An argument of a field that is left out means something else.
    ArgDefaultValueChange "ARG_DEFAULT_VALUE_CHANGE" Dangerous theirs,
    /// A field of an input object that is left out means something else.
    InputFieldDefaultValueChange "INPUT_FIELD_DEFAULT_VALUE_CHANGE" Dangerous ours,
    /// An argument of a directive that is left out means something else.
    DirectiveArgDefaultValueChange "DIRECTIVE_ARG_DEFAULT_VALUE_CHANGE" Dangerous ours,

    /// A type is new. A built-in scalar is new when something begins to use it.
    TypeAdded "TYPE_ADDED" Safe ours,
    /// An object type or interface has a field more.
    FieldAdded "FIELD_ADDED" Safe ours,
    /// The type of a field promises more than it did, or, of an input object, takes more.
    FieldChangedKindSafe "FIELD_CHANGED_KIND_SAFE" Safe ours,
    /// The type of an argument takes more than it did.
    ArgChangedKindSafe "ARG_CHANGED_KIND_SAFE" Safe ours,
    /// An argument of a field has a default value and had none.
    ArgDefaultValueAdded "ARG_DEFAULT_VALUE_ADDED" Safe ours,
    /// A field of an input object has a default value and had none.
    InputFieldDefaultValueAdded "INPUT_FIELD_DEFAULT_VALUE_ADDED" Safe ours,
    /// A directive is new.
    DirectiveAdded "DIRECTIVE_ADDED" Safe ours,
    /// A directive has an argument more, which may be left out.
    OptionalDirectiveArgAdded "OPTIONAL_DIRECTIVE_ARG_ADDED" Safe ours,
    /// The type of a directive's argument takes more than it did.
    DirectiveArgChangedKindSafe "DIRECTIVE_ARG_CHANGED_KIND_SAFE" Safe ours,
    /// An argument of a directive has a default value and had none.
    DirectiveArgDefaultValueAdded "DIRECTIVE_ARG_DEFAULT_VALUE_ADDED" Safe ours,
    /// A directive can stand several times at a place.
    DirectiveRepeatableAdded "DIRECTIVE_REPEATABLE_ADDED" Safe ours,
    /// A directive can stand at more kinds of places.
    DirectiveLocationAdded "DIRECTIVE_LOCATION_ADDED" Safe ours,
    /// An input object takes any number of its fields.
    OneOfRemoved "ONE_OF_REMOVED" Safe ours,
    /// There are operations of a new sort, such as mutations.
    RootOperationAdded "ROOT_OPERATION_ADDED" Safe ours,
    /// Something is deprecated now.
    DeprecationAdded "DEPRECATION_ADDED" Safe ours,
    /// Something is not deprecated any more.
    DeprecationRemoved "DEPRECATION_REMOVED" Safe ours,
    /// Something is deprecated for another reason, or with other advice.
    DeprecationReasonChanged "DEPRECATION_REASON_CHANGED" Safe ours,
    /// A scalar is specified somewhere else.
    SpecifiedByChanged "SPECIFIED_BY_CHANGED" Safe ours,
    /// Something is described in other words.
    DescriptionChanged "DESCRIPTION_CHANGED" Safe ours,
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for ChangeKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use heck::ToShoutySnakeCase as _;

    use super::*;

    #[test]
    fn names_are_those_of_the_variants() {
        for kind in ChangeKind::ALL {
            assert_eq!(format!("{kind:?}").to_shouty_snake_case(), kind.name());
        }
    }

    #[test]
    fn the_order_is_that_of_severity() {
        assert!(ChangeKind::ALL.is_sorted_by(|a, b| a.severity() >= b.severity()));
    }
}
