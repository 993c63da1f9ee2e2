//! What polishing found as one JSON object.

use serde_json::{Value, json};

use crate::prove::trained::{EnclosedPoint, Polished};

/// The object; the certificate is in it where it was not written to a file.
pub fn object(model: &str, polished: &Polished, certificate: Option<&str>) -> Value {
    let certificate = certificate.map(|text| serde_json::from_str::<Value>(text).unwrap_or(Value::Null));
    let (point, reason) = match &polished.enclosed {
        Ok(point) => (enclosed(point), None),
        Err(reason) => (Value::Null, Some(reason.to_string())),
    };
    json!({
        "model": model,
        "verdict": polished.word(),
        "reason": reason,
        "least_margin": polished.least_margin,
        "enclosed": point,
        "certificate": certificate,
    })
}

fn enclosed(point: &EnclosedPoint) -> Value {
    let direction = |direction: &crate::prove::trained::DirectionFound| {
        let held = direction.held.iter().map(|(sample, slope)| json!({"sample": sample, "slope": slope}));
        json!({
            "units": direction.units,
            "sign": direction.sign,
            "amount": direction.amount,
            "held": held.collect::<Vec<_>>(),
        })
    };
    let layer = |layer: &crate::prove::trained::LayerFound| {
        let held = layer.held.iter();
        let held = held.map(|(sample, unit, slope)| json!({"sample": sample, "unit": unit, "slope": slope}));
        json!({"width": layer.width, "live": layer.live, "held": held.collect::<Vec<_>>()})
    };
    let active = point.active.iter().map(|(sample, multiplier)| json!({"sample": sample, "multiplier": multiplier}));
    json!({
        "directions": point.directions.iter().map(direction).collect::<Vec<_>>(),
        "layers": point.layers.iter().map(layer).collect::<Vec<_>>(),
        "active": active.collect::<Vec<_>>(),
        "dead": point.dead,
        "half_norm_squared": point.half_norm_squared,
        "trained_half_norm_squared": point.trained_half_norm_squared,
        "moved": point.moved,
        "distance": point.distance,
        "radius": point.radius,
        "condition": point.condition,
        "rounds": point.rounds,
        "standing": point.standing.to_string(),
        "optimal_layers": point.optimal_layers,
    })
}
