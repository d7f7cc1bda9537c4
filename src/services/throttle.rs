//! Refusing who tries too often: failures are counted in the database, so that every node refuses alike.

use chrono::TimeDelta;

use crate::db::{self, Tx};
use crate::domain::problem::{Code, Result};
use crate::services::Kho;

impl Kho {
    /// Refuses with `too_many_attempts` where a subject has failed as often as it may within the window.
    pub(super) async fn expect_few_failures(&self, tx: &mut Tx, subjects: &[(&str, i32)]) -> Result<()> {
        let now = self.clock.now();
        for (subject, allowed) in subjects {
            if db::throttle::failures(tx, subject, now).await? >= *allowed {
                return Err(Code::TooManyAttempts.into());
            }
        }
        Ok(())
    }

    /// Counts one failure for each subject, in a transaction of its own: the act's is rolled back.
    pub(super) async fn count_failures(&self, subjects: &[&str]) -> Result<()> {
        self.count_failures_within(TimeDelta::minutes(self.settings.login_window_minutes), subjects).await
    }

    /// The same within a window of its own.
    pub(super) async fn count_failures_within(&self, window: TimeDelta, subjects: &[&str]) -> Result<()> {
        let now = self.clock.now();
        let window_ends = now + window;
        let mut tx = self.db.begin().await?;
        for subject in subjects {
            db::throttle::count_failure(&mut tx, subject, now, window_ends).await?;
        }
        Ok(tx.commit().await?)
    }
}
