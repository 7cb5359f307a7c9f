//! `/assets/…`

use crate::harness::TestApp;

async fn asset_paths(client: &mut TestApp) -> Vec<String> {
    let page = client.get("/docs/errors/").await;
    page.text()
        .split('"')
        .filter(|piece| piece.starts_with("/assets/"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_asset_that_a_page_names_is_served_and_cached_for_good() {
    let mut client = TestApp::sqlite().await;
    let paths = asset_paths(&mut client).await;
    assert!(paths.len() >= 3, "{paths:?}");
    for path in paths {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("cache-control").contains("immutable"));
        assert!(!answer.body.is_empty());
    }
}

#[tokio::test]
async fn the_fonts_that_the_style_sheet_names_stand_beside_it() {
    let mut client = TestApp::sqlite().await;
    let paths = asset_paths(&mut client).await;
    let style = paths
        .iter()
        .find(|path| path.contains("countersign.css"))
        .expect("css");
    let css = client.get(style).await.text().to_owned();
    let base = style.strip_suffix("countersign.css").expect("base");
    let fonts: Vec<_> = css
        .split("url(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(fonts, ["sans.woff2", "mono.woff2"]);
    for font in fonts {
        let answer = client.get(&format!("{base}{font}")).await;
        assert_eq!(answer.header("content-type"), "font/woff2");
    }
}

#[tokio::test]
async fn an_asset_of_another_build_is_served_but_not_cached() {
    let mut client = TestApp::sqlite().await;
    let answer = client.get("/assets/0/countersign.css").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert_eq!(client.get("/assets/0/secret.txt").await.status, 404);
}
