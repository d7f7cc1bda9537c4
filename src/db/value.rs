//! Arguments of a query whose conditions are put together while it runs.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

/// A value of one of the types that columns have.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    MaybeText(Option<String>),
    Id(Uuid),
    MaybeId(Option<Uuid>),
    Number(i64),
    Time(DateTime<Utc>),
    Date(NaiveDate),
    Bytes(Vec<u8>),
}

/// The arguments bound so far.
#[derive(Clone, Debug, Default)]
pub struct Values(Vec<Value>);

impl Values {
    /// Binds a value; answers its placeholder.
    pub fn bind(&mut self, value: Value) -> String {
        self.0.push(value);
        format!("${}", self.0.len())
    }

    /// Binds ids; answers the inside of an `IN` list, which for no ids is one that nothing is in.
    pub fn bind_ids(&mut self, ids: impl IntoIterator<Item = Uuid>) -> String {
        let places = ids.into_iter().map(|id| self.bind(Value::Id(id))).collect::<Vec<_>>();
        if places.is_empty() { "NULL".to_owned() } else { places.join(", ") }
    }
}

impl IntoIterator for Values {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

macro_rules! for_engine {
    ($engine:ty) => {
        impl Type<$engine> for Value {
            fn type_info() -> <$engine as Database>::TypeInfo {
                <String as Type<$engine>>::type_info()
            }
        }

        impl Encode<'_, $engine> for Value {
            fn encode_by_ref(
                &self,
                buffer: &mut <$engine as Database>::ArgumentBuffer,
            ) -> Result<IsNull, BoxDynError> {
                match self {
                    Value::Text(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                    Value::MaybeText(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                    Value::Id(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                    Value::MaybeId(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                    Value::Number(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                    Value::Time(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                    Value::Date(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                    Value::Bytes(value) => Encode::<$engine>::encode_by_ref(value, buffer),
                }
            }

            fn produces(&self) -> Option<<$engine as Database>::TypeInfo> {
                Some(match self {
                    Value::Text(_) | Value::MaybeText(_) => <String as Type<$engine>>::type_info(),
                    Value::Id(_) | Value::MaybeId(_) => <Uuid as Type<$engine>>::type_info(),
                    Value::Number(_) => <i64 as Type<$engine>>::type_info(),
                    Value::Time(_) => <DateTime<Utc> as Type<$engine>>::type_info(),
                    Value::Date(_) => <NaiveDate as Type<$engine>>::type_info(),
                    Value::Bytes(_) => <Vec<u8> as Type<$engine>>::type_info(),
                })
            }
        }
    };
}
for_engine!(Sqlite);
for_engine!(Postgres);
