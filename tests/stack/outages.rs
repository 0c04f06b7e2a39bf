//! Ways in which a shop's database goes away and comes back, and what its neighbour notices of it: nothing.

use super::Form;
use super::cases::quick;
use super::docker::docker;
use super::harness::until;
use super::stack::Stack;

/// How pg-shop-1 goes away.
#[derive(Clone, Copy)]
pub enum Outage {
    /// In good order.
    Stopped,
    /// At once.
    Killed,
    /// It keeps its connections and answers nothing.
    Paused,
    /// It goes on, and shopsim is not in its network any more.
    Disconnected,
}

impl Outage {
    fn begin(self, stack: &Stack) {
        let database = stack.container("pg-shop-1");
        match self {
            Self::Stopped => docker(&["stop", &database]),
            Self::Killed => docker(&["kill", &database]),
            Self::Paused => docker(&["pause", &database]),
            Self::Disconnected => {
                docker(&["network", "disconnect", &stack.network("shop-1"), &stack.container("shopsim")])
            }
        };
    }

    fn end(self, stack: &Stack) {
        let database = stack.container("pg-shop-1");
        match self {
            Self::Stopped | Self::Killed => docker(&["start", &database]),
            Self::Paused => docker(&["unpause", &database]),
            Self::Disconnected => {
                docker(&["network", "connect", &stack.network("shop-1"), &stack.container("shopsim")])
            }
        };
    }
}

/// pg-shop-1 goes away: shop-2 misses no tick, the pages tell of shop-1, and it recovers by itself.
pub async fn play(stack: &Stack<'_>, _form: Form, outage: Outage) {
    quick(stack);
    stack.up();
    stack.ready().await;
    stack.ticks("shop-1", 2).await;
    let restarts = stack.metric("shopsim_restarts_total", "shop=\"shop-1\"").await;
    outage.begin(stack);
    until("readyz names shop-1 alone", async || stack.is_ready(503, &["shop-1"]).await).await;
    until("the metrics tell of it", async || stack.metric("shopsim_shop_up", "shop=\"shop-1\"").await == 0.0)
        .await;
    stack.ticks("shop-2", 3).await;
    assert_eq!(stack.metric("shopsim_shop_up", "shop=\"shop-2\"").await, 1.0);
    assert!(stack.is_ready(503, &["shop-1"]).await);
    outage.end(stack);
    stack.ready().await;
    stack.ticks("shop-1", 2).await;
    assert!(stack.metric("shopsim_restarts_total", "shop=\"shop-1\"").await > restarts);
    assert_eq!(stack.metric("shopsim_restarts_total", "shop=\"shop-2\"").await, 0.0);
    assert_eq!(stack.pauses("shop-2").await, 0, "shop-2 was held up");
    assert!(stack.pauses("shop-1").await > 0, "shop-1 was not closed meanwhile");
    assert_eq!(stack.inspect("shopsim", "{{.RestartCount}}"), "0");
    let verdict = stack.verify();
    assert!(verdict.contains("same") && !verdict.contains("differs"), "{verdict}");
}
