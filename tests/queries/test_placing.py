"""Drawing where a picture lies in another."""

from monitor.queries.placing import placing


def test_a_picture_that_is_the_whole_fills_the_frame() -> None:
    placed = placing([[0, 0], [1, 0], [1, 1], [0, 1]], 320, 200)
    assert placed
    assert placed.outline == "0.0,0.0 320.0,0.0 320.0,200.0 0.0,200.0"
    assert placed.matrix == "matrix(320.00 0.00 0.00 200.00 0.00 0.00)"


def test_a_part_of_a_larger_picture_is_smaller_than_the_frame() -> None:
    placed = placing([[0.5, 0.5], [0.75, 0.5], [0.75, 1], [0.5, 1]], 100, 100)
    assert placed
    assert placed.outline == "50.0,50.0 75.0,50.0 75.0,100.0 50.0,100.0"
    assert placed.matrix == "matrix(25.00 0.00 0.00 50.00 50.00 50.00)"


def test_a_crop_is_outlined_within_the_frame_and_laid_beyond_it() -> None:
    placed = placing([[-0.5, 0], [1, 0], [1, 1], [-0.5, 1]], 100, 100)
    assert placed
    assert {tuple(map(float, point.split(","))) for point in placed.outline.split()} == {
        (0, 0), (100, 0), (100, 100), (0, 100)
    }  # fmt: skip
    assert placed.matrix == "matrix(150.00 0.00 0.00 100.00 -50.00 0.00)"


def test_a_mirrored_picture_is_laid_the_other_way_round() -> None:
    placed = placing([[1, 0], [0, 0], [0, 1], [1, 1]], 100, 100)
    assert placed
    assert placed.matrix == "matrix(-100.00 0.00 0.00 100.00 100.00 0.00)"


def test_a_turned_picture_keeps_its_corners_inside() -> None:
    placed = placing([[0.5, -0.2], [1.2, 0.5], [0.5, 1.2], [-0.2, 0.5]], 100, 100)
    assert placed
    points = [tuple(map(float, point.split(","))) for point in placed.outline.split()]
    assert len(points) == 8
    assert all(0 <= figure <= 100 for point in points for figure in point)


def test_there_is_nothing_to_draw_without_a_place_inside() -> None:
    assert placing(None, 100, 100) is None
    assert placing([[0, 0]], 100, 100) is None
    assert placing([[2, 2], [3, 2], [3, 3], [2, 3]], 100, 100) is None
